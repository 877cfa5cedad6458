"""Made routes are allowed and worth what they say; the relaxation prices all of them."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from outreach.routing import check, relaxation
from outreach.routing.diving import Dive
from outreach.routing.pricing import Scope
from outreach.routing.problem import Instance
from outreach.routing.relaxation import Relaxation
from tests.routing.making import priced, question, scattered, value
from tests.routing.worlds import SHIFT, street, worlds


@settings(max_examples=150, deadline=None)
@given(worlds(), st.integers(0, 2**31), st.booleans())
def test_a_made_route_is_allowed_and_worth_what_it_says(
    day: Instance, dice: int, taxed: bool
) -> None:
    homes = [replace(home, service_s=max(60, home.service_s)) for home in day.households]
    teams = [replace(team, frozen_prefix=()) for team in day.teams if not team.absent]
    day = replace(day, households=tuple(homes), teams=tuple(teams), previous_plan=(), now=None)
    assume(len(homes) > 1 and teams)
    assume(all(home.pinned_team in {None, *day.team} for home in homes))
    throw = np.random.default_rng(dice)
    tax = throw.integers(0, 3, (len(teams), len(homes))) * 600.0 * taxed
    known, made = question(day, tax if taxed else None)
    prices = throw.uniform(0, 20, known.known.homes + known.known.kinds)
    for route in priced(known, made, prices):
        number = known.encoding.groups[route.kind][0]
        team = day.teams[number].id
        stops = {team: [day.households[home].id for home in route.order]}
        others = {check.Rule.REQUIRED_NOT_SERVED, check.Rule.PINNED_NOT_SERVED}
        assert [v for v in check.violations(day, stops) if v.rule not in others] == []
        promised = sum(day.households[home].required for home in route.order)
        promised += sum(day.households[home].pinned_team is not None for home in route.order)
        if not promised:
            charged = float(tax[number, list(route.order)].sum()) / 60
            assert route.worth == pytest.approx(value(day, stops) - charged, abs=0.02)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31))
def test_of_few_homes_the_best_route_is_found(seed: int) -> None:
    dice = np.random.default_rng(seed)
    day = street(6, metres=300)
    homes = [replace(home, prize=float(dice.integers(1, 40))) for home in day.households]
    team = replace(day.teams[0], shift=(SHIFT[0], SHIFT[0] + 45 * 60))
    day = replace(day, households=tuple(homes), teams=(team,))
    known, made = question(day)
    prices = np.zeros(known.known.homes + known.known.kinds)
    prices[:6] = dice.uniform(0, 20, 6)
    found = priced(known, made, prices)
    most = 0.0
    for size in range(1, 5):
        for order in permutations(range(6), size):
            stops = {team.id: [homes[home].id for home in order]}
            if not check.violations(day, stops):
                most = max(most, value(day, stops) - float(prices[list(order)].sum()))
    best = max((route.worth - float(prices[list(route.order)].sum()) for route in found), default=0)
    assert best == pytest.approx(most, abs=0.02)


def test_the_relaxation_prices_every_known_route_at_what_it_is_worth_or_more() -> None:
    known, made = question(street(30, 3, metres=60))
    teams = np.array([3])
    top = Relaxation(known.known, Scope(np.arange(30), teams), np.zeros(31), 0.0)
    top.solve()
    assert top.bound == 0.0  # nothing is known yet
    assert top.rounds(20, -np.inf, made.pricing, 1_000, lambda _work: True)
    assert (known.known.reduced(top.prices) < 1e-6).all()
    dual = float(top.prices[:30].sum() + teams @ top.prices[30:])
    assert top.bound == pytest.approx(dual)
    chosen = float(known.known.worth()[top.routes] @ top.share)
    assert top.bound == pytest.approx(chosen)


def test_the_best_mix_only_grows_where_more_routes_are_known_than_it_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(relaxation, "_ROUTES", 8)
    day = street(40, 4, metres=60)
    homes = [replace(home, prize=10.0 + 7 * n % 31) for n, home in enumerate(day.households)]
    known, made = question(replace(day, households=tuple(homes)))
    top = Relaxation(known.known, Scope(np.arange(40), np.array([4])), np.zeros(41), 0.0)
    top.solve()
    bounds = []
    for _ in range(12):
        top.rounds(1, -np.inf, made.pricing, 1_000, lambda _work: True)
        bounds.append(top.bound)
    assert len(known.known) > 30
    assert bounds == sorted(bounds)


def test_part_of_a_programme_is_solved_as_if_it_were_made_anew() -> None:
    known, made = question(scattered(30, 3, seed=4, minutes=90))
    top = Relaxation(known.known, Scope(np.arange(30), np.array([3])), np.zeros(31), 0.0)
    top.solve()
    top.rounds(6, -np.inf, made.pricing, 1_000, lambda _work: True)
    gone = known.known.order[int(top.routes[top.share.argmax()])]
    part = Scope(np.setdiff1d(np.arange(30), gone), np.array([2]))
    top.narrow(part)
    anew = Relaxation(known.known, part, np.zeros(31), 0.0)
    anew.solve()
    assert 0 < top.bound == pytest.approx(anew.bound)
    for one in (top, anew):  # what is made then is taken in as well
        one.rounds(30, 1e-9, made.pricing, 1_000, lambda _work: True)
    assert top.bound == pytest.approx(anew.bound)


def test_a_better_order_of_the_same_homes_counts() -> None:
    known, _ = question(street(6, metres=60))
    worse = known.known.add(0, [2, 0, 1], 10.0)
    top = Relaxation(known.known, Scope(np.arange(6), np.array([1])), np.zeros(7), 0.0)
    top.solve()
    assert top.bound == pytest.approx(10.0)
    assert known.known.add(0, [0, 1, 2], 12.0) == worse
    top.narrow(top.scope)
    assert top.bound == pytest.approx(12.0)


def test_a_route_that_breaks_a_rule_is_not_known() -> None:
    """Its worth is no number, and would poison every price."""
    known, made = question(street(24, 1, metres=60))
    assert known.numbers([list(range(24))], made.pricing) == []  # four hours in three
    assert len(known.known) == 0


def test_what_was_found_apart_is_known_to_all() -> None:
    known, _ = question(street(6, 2, metres=60))
    everything = known.known
    numbers = [everything.add(0, order, 5.0 * len(order)) for order in ([0, 1], [2], [3, 4], [5])]
    rows = Scope(np.array([0, 1, 2]), np.array([2])).rows(6)
    part = everything.part(everything.within(rows))
    assert (part.order, part.worth().tolist()) == ([(0, 1), (2,)], [10.0, 5.0])
    assert part.add(0, [1, 0], 12.0) == 0  # the same homes in a better order
    new = part.add(0, [1, 2], 9.0)
    assert everything.worth()[numbers].tolist() == [10.0, 5.0, 10.0, 5.0]
    assert len(everything) == 4
    merged = everything.merge(part).tolist()
    assert merged[:2] == numbers[:2]
    assert everything.order[merged[new]] == (1, 2)
    assert everything.order[numbers[0]] == (1, 0)
    assert everything.worth().tolist() == [12.0, 5.0, 10.0, 5.0, 9.0]
    alone = everything.within(rows)
    assert (part.uses != everything.uses[:, alone]).nnz == 0


def test_a_dive_that_is_told_to_stop_still_gives_a_plan() -> None:
    known, made = question(scattered(60, 6, seed=5, minutes=90))
    root = Relaxation(known.known, Scope(np.arange(60), np.array([6])), np.zeros(61))
    root.solve()
    root.rounds(20, -np.inf, made.pricing, 1_000, lambda _work: True)
    told = Dive(made.pricing, 1_000, lambda _work: False).run(root)
    homes = [home for route in told for home in known.known.order[route]]
    assert len(told) > 3  # not the first step alone, which fixes three at most
    assert len(homes) == len(set(homes))
    assert len(told) <= 6
