"""Where one more home goes, and where the homes of somebody who is ill go: rests are kept too."""

from __future__ import annotations

import dataclasses

from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.rounds import places, questions
from outreach.rounds.questions import Home, Question, Walker
from outreach.routing.check import one_route

LAT, LON = 10.98, 106.65
BEGINS, ENDS = 8 * 3600, 11 * 3600


@st.composite
def days(draw: st.DrawFn) -> Question:
    """More homes than two people have time for, who rest in between."""
    asked = []
    for number in range(draw(st.integers(4, 14))):
        opens = draw(st.sampled_from([None, None, BEGINS + 3600, BEGINS + 2 * 3600]))
        asked.append(
            Home(
                id=f"h{number}",
                latitude=LAT + draw(st.integers(-5, 5)) / 2_000,
                longitude=LON + draw(st.integers(-5, 5)) / 2_000,
                service_s=draw(st.integers(10, 40)) * 60,
                prize=draw(st.integers(1, 60)),
                skill=None,
                opens_s=opens,
                closes_s=None if opens is None else opens + 1800,
                required=draw(st.booleans()),
            )
        )
    going = tuple(
        Walker(
            id=name, people=(name,), latitude=LAT, longitude=LON, starts_s=BEGINS, ends_s=ENDS,
            skills=(), rest=(BEGINS + 3600, BEGINS + 2 * 3600, draw(st.integers(10, 40)) * 60),
        )
        for name in ("an", "ba")
    )  # fmt: skip
    return Question(homes=tuple(asked), walkers=going, detour_factor=1.35)


@settings(max_examples=100, deadline=None)
@given(days())
def test_what_is_shared_out_leaves_everybody_their_rest(day: Question) -> None:
    routes, missed = places.shared_out(day, {})
    instance = questions.instance(day)
    for team in instance.teams:
        assert list(one_route(instance, team, routes[team.id])) == []
    given_ = {home for route in routes.values() for home in route}
    assert given_ | {one.home for one in missed} == {home.id for home in day.homes}


@settings(max_examples=60, deadline=None)
@given(days())
def test_a_home_that_has_a_place_goes_where_it_breaks_nothing(day: Question) -> None:
    routes, _missed = places.shared_out(day, {})
    instance = questions.instance(day)
    for holder, route in routes.items():
        for home in route:
            others = {**routes, holder: [other for other in route if other != home]}
            found = places.cheapest_walker(day, others, home)
            assert found is not None
            (walker,) = (one for one in day.walkers if one.id == found[0])
            alone = dataclasses.replace(day, walkers=(walker,))
            gap = places.best_gap(alone, others[walker.id], home)
            longer = [*others[walker.id][:gap], home, *others[walker.id][gap:]]
            assert list(one_route(instance, instance.team[walker.id], longer)) == []
