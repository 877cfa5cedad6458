"""Routes a search met are put together as well as they can be, and never break a rule."""

from dataclasses import replace
from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csc_matrix

from outreach.routing import check, encoding, engine, field, master, pool
from outreach.routing.insertion import Draft
from outreach.routing.master import Columns
from tests.routing.worlds import street

Route = tuple[int, frozenset[int], int]


def columns(routes: list[Route], prizes: list[int], teams: list[int]) -> Columns:
    uses = np.zeros((len(prizes) + len(teams), len(routes)))
    for number, (kind, homes, _) in enumerate(routes):
        uses[sorted(homes), number] = 1
        uses[len(prizes) + kind, number] = 1
    worth = np.array([float(route[2]) for route in routes])
    return Columns(csc_matrix(uses), worth, np.array(prizes, float), np.array(teams))


def total(routes: list[Route], prizes: list[int], chosen: tuple[int, ...]) -> float:
    """Worth of a set, where each further visit to a home gives its prize back."""
    visits = [home for number in chosen for home in routes[number][1]]
    twice = sum((visits.count(home) - 1) * prizes[home] for home in set(visits))
    return sum(routes[number][2] for number in chosen) - twice


def best(routes: list[Route], prizes: list[int], teams: list[int]) -> float:
    """The most worth of any set, by trying all."""
    found = 0.0
    for size in range(1, sum(teams) + 1):
        for chosen in combinations(range(len(routes)), size):
            kinds = [routes[number][0] for number in chosen]
            if all(kinds.count(kind) <= most for kind, most in enumerate(teams)):
                found = max(found, total(routes, prizes, chosen))
    return found


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_few_routes_are_put_together_in_the_best_way(data: st.DataObject) -> None:
    prizes = data.draw(st.lists(st.integers(1, 9), min_size=4, max_size=7))
    teams = data.draw(st.lists(st.integers(1, 2), min_size=1, max_size=2))
    route = st.tuples(
        st.integers(0, len(teams) - 1),
        st.frozensets(st.integers(0, len(prizes) - 1), min_size=1, max_size=4),
        st.integers(1, 20),
    )
    routes = data.draw(st.lists(route, min_size=1, max_size=9))
    answer = master.choose(columns(routes, prizes, teams), 0.0, lambda _work: True)
    assert answer is not None
    chosen = tuple(answer.chosen)
    kinds = [routes[number][0] for number in chosen]
    assert all(kinds.count(kind) <= most for kind, most in enumerate(teams))
    assert total(routes, prizes, chosen) >= best(routes, prizes, teams) - 1e-6


def test_of_many_routes_a_set_near_the_best_is_found() -> None:
    dice = np.random.default_rng(5)
    prizes = [20] * 60
    routes: list[Route] = []
    for _ in range(1_500):
        homes = frozenset(dice.choice(60, size=6, replace=False).tolist())
        routes.append((int(dice.integers(2)), homes, 120 - int(dice.integers(40))))
    answer = master.choose(columns(routes, prizes, [4, 3]), 0.0, lambda _work: True)
    assert answer is not None
    kinds = [routes[number][0] for number in answer.chosen]
    assert (kinds.count(0), kinds.count(1)) == (4, 3)
    ceiling = 7 * 120  # seven teams, and no route is worth more
    assert total(routes, prizes, tuple(answer.chosen)) > 0.97 * ceiling


def test_it_stops_when_told() -> None:
    routes: list[Route] = [(0, frozenset({0}), 5)]
    assert master.choose(columns(routes, [9], [1]), 0.0, lambda _work: False) is None


def test_what_two_searches_met_is_one_plan_that_keeps_every_rule() -> None:
    """Each search knows one good half of the street; together they are the whole plan."""
    day = street(24, 2, metres=60, prize=60.0)
    ground = field.build(day)
    everybody = np.ones(ground.size, np.bool_)
    start = Draft(ground)
    task = encoding.Task(np.arange(24), start.routes, start.until)
    known = pool.Pool(ground, everybody, task)
    for homes in ([0, 1, 2, 3, 4, 5], [4, 5, 6, 7, 8, 9]):
        halves = replace(task, homes=np.array(homes), routes=[homes, []])
        search = engine.Engine(ground, halves)
        book = known.recorder(search.encoding)
        book.look(search.encoding.solution())
        known.add(book)
    routes = known.combined(0.0, lambda _work: True)
    assert routes is not None
    visited = [home for route in routes for home in route]
    assert len(visited) == len(set(visited))
    assert set(range(10)) <= set(visited)
    assert check.violations(day, ground.stops(routes)) == []


def test_who_must_be_served_is_worth_more_than_anything_else() -> None:
    """A promise out of the way costs more than it pays, and comes first all the same."""
    day = street(6, metres=400, prize=60.0)
    far = replace(day.households[5], required=True, prize=0.0)
    ground = field.build(replace(day, households=(*day.households[:5], far)))
    task = encoding.Task(np.arange(6), [[0, 1]], Draft(ground).until)
    words = encoding.Encoding(ground, task)
    kept, broken = words.solution([[0, 5]]), words.solution([[0, 1]])
    assert words.worth(kept) > words.worth(broken)
