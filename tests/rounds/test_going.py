"""A day as it goes: when everybody is expected, and which promises are at risk."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from outreach.rounds import queries, rules
from tests.rounds.worlds import DAY, ZONE, World, at

HOUR = 3600


def walk(*stops: tuple[int, int], done: int = 0, opens: int = 0) -> list[rules.Planned]:
    """Stops of (arrives, leaves) in minutes after eight; the first few are done."""
    base = 8 * HOUR
    return [
        rules.Planned(base + a * 60, base + b * 60, (b - a) * 60, opens, n < done)
        for n, (a, b) in enumerate(stops)
    ]


def expected(stops: list[rules.Planned], done: int | None, now: int) -> list[int | None]:
    """In minutes after eight."""
    base = 8 * HOUR
    found = rules.expected(
        stops, begins_s=base, done_s=None if done is None else base + done * 60,
        now_s=base + now * 60,
    )  # fmt: skip
    return [None if one is None else (one - base) // 60 for one in found]


def test_before_anything_happened_everybody_is_expected_as_planned() -> None:
    assert expected(walk((5, 15), (20, 30)), None, -30) == [5, 20]


def test_who_has_reported_nothing_is_at_the_first_door_at_the_earliest_now() -> None:
    assert expected(walk((5, 15), (20, 30)), None, 25) == [25, 40]


def test_who_was_late_stays_late_and_who_was_early_stays_early() -> None:
    stops = walk((5, 15), (20, 30), (35, 45), done=1)
    assert expected(stops, 40, 41) == [None, 45, 60]
    assert expected(stops, 10, 11) == [None, 15, 30]


def test_nobody_is_visited_before_their_window_opens() -> None:
    stops = walk((5, 15), (20, 30), opens=8 * HOUR + 30 * 60)
    assert expected(stops, None, 0) == [30, 45]


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=8),
    st.integers(0, 300),
    st.integers(0, 300),
)
def test_later_now_never_means_earlier_there(
    legs: list[tuple[int, int]], now: int, more: int
) -> None:
    minute, stops = 0, []
    for way, stay in legs:
        stops.append((minute + way, minute + way + stay))
        minute += way + stay
    first = expected(walk(*stops), None, now)
    later = expected(walk(*stops), None, now + more)
    for one, other in zip(first, later, strict=True):
        assert one is not None
        assert other is not None
        assert now <= one <= other
    in_turn = [one for one in first if one is not None]
    assert in_turn == sorted(in_turn)


def test_agreed_hours_come_before_told_ones_and_absent_people_have_none(
    world: World, make, set_clock
) -> None:
    set_clock(at(7))
    homes = world.homes(8)
    agreed = make.appointment(homes[3], at(8.5), minutes=15)
    round_ = world.publish(world.plan(now=at(7)), now=at(7))
    rounds = queries.going(world.session, DAY, actor=world.leader)
    assert queries.at_risk(world.session, rounds, now=at(7.5), zone=ZONE) == []
    risks = queries.at_risk(world.session, rounds, now=at(10.5), zone=ZONE)
    assert risks[0].appointment.id == agreed.id
    assert len(risks) > 1
    late = [risk.late_minutes for risk in risks[1:]]
    assert late == sorted(late, reverse=True)
    assert not any(risk.agreed for risk in risks[1:])
    for route in world.routes(round_):
        route.absent_at = at(7)
    world.session.commit()
    rounds = queries.going(world.session, DAY, actor=world.leader)
    assert queries.at_risk(world.session, rounds, now=at(10.5), zone=ZONE) == []
    for team in (make.team(), make.team(world.team.area)):  # elsewhere; of the same area
        other = make.member(team, position="leader").user
        assert queries.going(world.session, DAY, actor=other) == []
