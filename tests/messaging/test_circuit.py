"""Which channel is used: the decision table, and what histories of good and bad answers lead to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.messaging.models import Circuit
from outreach.messaging.rules import circuit as rules
from outreach.messaging.rules.circuit import Count, News, Pick, Standing

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
LATER, EARLIER = NOW + timedelta(minutes=1), NOW - timedelta(minutes=1)
LONG = NOW + timedelta(hours=1)
CLOSED, OPEN, HALF = Circuit.CLOSED, Circuit.OPEN, Circuit.HALF_OPEN


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (Standing("a"), Standing("b"), Pick("a")),
        (Standing("a", CLOSED, 0, EARLIER), Standing("b"), Pick("a")),
        # slowed down for a moment: wait, rather than pay the other channel
        (Standing("a", CLOSED, 0, LATER), Standing("b"), None),
        (Standing("a", CLOSED, 0, LONG), Standing("b"), Pick("b")),
        (Standing("a", OPEN, 1, LATER), Standing("b"), Pick("b")),
        (Standing("a", OPEN, 1, EARLIER), Standing("b"), Pick("a", rules.PROBES)),
        # somebody else is trying it out
        (Standing("a", HALF, 1, LATER), Standing("b"), Pick("b")),
        # and has died over it
        (Standing("a", HALF, 1, EARLIER), Standing("b"), Pick("a", rules.PROBES)),
        (Standing("a", OPEN, 1, LATER), Standing("b", OPEN, 1, LATER), None),
        (Standing("a", OPEN, 1, LATER), Standing("b", OPEN, 1, EARLIER), Pick("b", rules.PROBES)),
    ],
)
def test_the_first_channel_that_may_be_used_is_used(
    first: Standing, second: Standing, expected: Pick | None
) -> None:
    assert rules.pick([first, second], NOW) == expected


@pytest.mark.parametrize(
    ("circuit", "fresh", "window", "expected"),
    [
        (CLOSED, Count(good=9), Count(9), CLOSED),
        (CLOSED, Count(bad=1), Count(0, 1), CLOSED),  # one error is no rate
        (CLOSED, Count(bad=5), Count(0, rules.LEAST - 1), CLOSED),
        (CLOSED, Count(bad=1), Count(0, rules.LEAST), OPEN),
        (CLOSED, Count(bad=1), Count(10, 9), CLOSED),
        (CLOSED, Count(bad=1), Count(10, 10), OPEN),
        (CLOSED, Count(good=1), Count(10, 10), CLOSED),  # good news opens nothing
        (HALF, Count(good=1), Count(0, 50), CLOSED),
        (HALF, Count(good=2, bad=1), Count(99, 1), OPEN),
        (HALF, Count(slowed=1), Count(), HALF),
        (OPEN, Count(good=1), Count(0, 50), OPEN),  # a late answer of before
        (OPEN, Count(), Count(0, 50), OPEN),
    ],
)
def test_what_new_answers_do_to_the_circuit(
    circuit: Circuit, fresh: Count, window: Count, expected: Circuit
) -> None:
    assert rules.turned(circuit, fresh, window) is expected


def test_limits_are_no_errors_and_outages_are() -> None:
    assert rules.news_of_busy("rate_limited") is News.SLOWED
    assert rules.news_of_busy("daily_limit") is News.SLOWED
    assert rules.news_of_busy("unreachable") is News.BAD
    assert rules.news_of_busy("something new") is News.BAD


@given(st.integers(0, 10_000))
def test_each_rest_is_longer_up_to_a_limit(opened: int) -> None:
    assert rules.REST <= rules.rest(opened) <= rules.rest(opened + 1) <= rules.LONGEST_REST


moments = st.none() | st.timedeltas(timedelta(hours=-2), timedelta(hours=2)).map(lambda d: NOW + d)
standings = st.lists(
    st.builds(Standing, st.sampled_from("abc"), st.sampled_from(Circuit), st.just(1), moments),
    max_size=3,
    unique_by=lambda one: one.name,
)


@given(standings)
def test_whatever_is_picked_may_be_used_now_and_a_broken_one_only_for_a_few(
    given_: list[Standing],
) -> None:
    found = rules.pick(given_, NOW)
    if found is None:
        return
    one = next(s for s in given_ if s.name == found.name)
    assert one.not_before is None or one.not_before <= NOW
    assert (found.limit is None) == (one.circuit is Circuit.CLOSED)
