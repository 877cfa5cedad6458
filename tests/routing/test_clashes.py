"""Promises that exclude each other are told before anything is planned, and no others are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.routing import check, demands
from outreach.routing.plan import Reason
from outreach.routing.problem import Household, Instance, Team
from tests.routing.worlds import SHIFT, world


@st.composite
def days(draw: st.DrawFn) -> Instance:
    """Some promises and one or two teams, of which one may hold a skill."""
    count = draw(st.integers(1, 4))
    points = [(0.0, 0.0), *((float(draw(st.integers(-900, 900))), 0.0) for _ in range(count))]
    homes = []
    for number in range(count):
        opens = SHIFT[0] + draw(st.integers(0, 4)) * 1200
        homes.append(
            Household(
                id=f"H{number}", loc=number + 1, service_s=draw(st.sampled_from([600, 1800])),
                prize=10.0, required=draw(st.integers(0, 4)) > 0,
                skills=draw(st.sampled_from([frozenset[str](), frozenset({"bank"})])),
                tw=(opens, opens + draw(st.sampled_from([0, 600, 1800]))),
            )
        )  # fmt: skip
    teams = [
        Team(id=f"T{n}", start=0, shift=SHIFT, skills=frozenset({"bank"} if n == 0 else ()))
        for n in range(draw(st.integers(1, 2)))
    ]
    return world(points, teams, homes)


def ways(day: Instance, homes: list[str]) -> Iterator[dict[str, tuple[str, ...]]]:
    """Every plan in which these homes are served."""
    for whose in product(day.teams, repeat=len(homes)):
        own = [
            [home for home, team in zip(homes, whose, strict=True) if team is one]
            for one in day.teams
        ]
        for orders in product(*(permutations(homes) for homes in own)):
            yield {team.id: order for team, order in zip(day.teams, orders, strict=True)}


def can_all_be_kept(day: Instance, homes: list[str]) -> bool:
    return any(
        not any(list(check.one_route(day, day.team[team], order)) for team, order in plan.items())
        for plan in ways(day, homes)
    )


def _begun_in_time(day: Instance, one: str, other: str) -> bool:
    first, second = day.household[one], day.household[other]
    assert first.tw
    assert second.tw
    done = first.tw[0] + first.service_s + int(day.walk_s[first.loc, second.loc])
    return done <= second.tw[1]


@settings(max_examples=200, deadline=None)
@given(days())
def test_promises_clash_only_where_no_plan_keeps_them_all(day: Instance) -> None:
    promised = [
        home.id
        for home in day.households
        if home.required and demands.impossible(day, home) is None
    ]
    told = list(demands.clashing(day))
    for left in told:
        assert left.reason is Reason.PROMISES_CLASH
        assert {left.household, left.facts["household"]} <= set(promised)
    if can_all_be_kept(day, promised):
        assert told == []
    if len(day.teams) == 1 and len(promised) == 2:
        assert bool(told) == (not any(_begun_in_time(day, *two) for two in permutations(promised)))


def test_a_promise_with_much_time_does_not_hide_that_others_have_too_little() -> None:
    times = [(0, 7200), (0, 600), (0, 600), (60, 600)]
    homes = [
        Household(
            id=f"H{n}", loc=1, service_s=400, prize=10.0, required=True,
            tw=(SHIFT[0] + opens, SHIFT[0] + closes),
        )
        for n, (opens, closes) in enumerate(times)
    ]  # fmt: skip
    day = world([(0.0, 0.0), (0.0, 0.0)], [Team(id="T0", start=0, shift=SHIFT)], homes)
    assert not can_all_be_kept(day, ["H1", "H2", "H3"])
    assert [left.household for left in demands.clashing(day)] == ["H3"]
