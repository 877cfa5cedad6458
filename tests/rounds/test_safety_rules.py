"""Whatever is asked, no plan sends somebody where the rules of a home keep them from."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.rounds import places, questions
from outreach.rounds.questions import Answer, Home, Question, Walker
from outreach.routing import planner
from outreach.routing.check import one_route
from outreach.routing.mode import Mode

LAT, LON, METRE = 10.9, 106.77, 1 / 111_320
PEOPLE = ("an", "binh", "chi", "dung")


@st.composite
def homes(draw: st.DrawFn) -> tuple[Home, ...]:
    found = []
    for number in range(draw(st.integers(1, 12))):
        opens = draw(st.sampled_from([None, 16 * 3600, 18 * 3600]))
        only = draw(st.lists(st.sampled_from(PEOPLE), max_size=2, unique=True))
        found.append(
            Home(
                id=f"h{number}",
                latitude=LAT + draw(st.integers(-800, 800)) * METRE,
                longitude=LON + draw(st.integers(-800, 800)) * METRE,
                service_s=draw(st.integers(5, 40)) * 60,
                prize=draw(st.integers(1, 60)),
                skill=draw(st.sampled_from([None, "bank"])),
                opens_s=opens,
                closes_s=None if opens is None else opens + 3600,
                required=draw(st.booleans()),
                never_alone=draw(st.booleans()),
                only=tuple(only),
                dark_s=draw(st.sampled_from([None, 17 * 3600 + 2940])),
            )
        )
    return tuple(found)


@st.composite
def walkers(draw: st.DrawFn) -> tuple[Walker, ...]:
    left = list(draw(st.permutations(PEOPLE)))
    found = []
    while left:
        people = tuple(left.pop() for _ in range(min(len(left), draw(st.integers(1, 2)))))
        rest = draw(st.sampled_from([None, (17 * 3600, 17 * 3600 + 1200, 900)]))
        found.append(
            Walker(
                id=people[0], people=people, latitude=LAT, longitude=LON,
                starts_s=draw(st.sampled_from([15, 16, 18])) * 3600, ends_s=20 * 3600,
                skills=draw(st.sampled_from([(), ("bank",)])), rest=rest,
                most=draw(st.sampled_from([None, 2])),
            )
        )  # fmt: skip
    return tuple(found)


def check(question: Question, answer: Answer) -> None:
    known = {home.id: home for home in question.homes}
    who = {walker.id: walker for walker in question.walkers}
    for walk in answer.walks:
        people = who[walk.walker].people
        for visit in walk.visits:
            home = known[visit.home]
            assert not home.never_alone or len(people) > 1
            assert not home.only or set(home.only) & set(people)
            assert home.dark_s is None or visit.starts_s + home.service_s <= home.dark_s
    planned = {visit.home for walk in answer.walks for visit in walk.visits}
    assert planned | {missed.home for missed in answer.missed} == known.keys()


@settings(max_examples=60, deadline=None)
@given(homes(), walkers(), st.sampled_from(list(Mode)))
def test_no_plan_breaks_a_rule_for_somebodys_safety(
    asked: tuple[Home, ...], going: tuple[Walker, ...], mode: Mode
) -> None:
    question = Question(homes=asked, walkers=going, detour_factor=1.35, mode=mode.value)
    posed = questions.posed(question)
    plan = planner.solve(posed.instance, seconds=0, mode=mode)
    check(question, questions.answer(plan, posed, question))


@settings(max_examples=60, deadline=None)
@given(homes(), walkers())
def test_what_is_shared_out_at_once_breaks_none_either(
    asked: tuple[Home, ...], going: tuple[Walker, ...]
) -> None:
    question = Question(homes=asked, walkers=going, detour_factor=1.35)
    routes, missed = places.shared_out(question, {})
    instance = questions.instance(question)
    for team in instance.teams:
        assert list(one_route(instance, team, routes[team.id])) == []
    walks = tuple(questions.walked(instance, who, order) for who, order in routes.items())
    check(question, Answer(walks, tuple(missed), 0.0, finished=True))


@settings(max_examples=30, deadline=None)
@given(homes(), walkers())
def test_a_question_travels_to_another_process_and_back(
    asked: tuple[Home, ...], going: tuple[Walker, ...]
) -> None:
    import json

    question = Question(homes=asked, walkers=going, detour_factor=1.35)
    assert questions.question_from(json.loads(questions.to_json(question))) == question
