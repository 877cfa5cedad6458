"""Rows of running clocks are kept with steps, and put right when what they follow from changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach.accounts.models import Role
from outreach.assistance import passes
from outreach.assistance.catalogue import programmes
from outreach.assistance.models import Case, Evidence, RunningClock
from outreach.assistance.services import recomputing
from outreach.core import declared_days
from outreach.core.db import VIETNAM, Session
from outreach.core.working_days import DayKind
from outreach.households import services as households
from tests.assistance.desk import Desk
from tests.factories import Make


@pytest.fixture
def desk(make: Make, session: Session) -> Desk:
    officer = make.user(Role.OFFICER)
    return Desk(session, make.home_of(make.neighbourhood(officer.area), 1958), officer)


def test_taking_a_step_back_leaves_the_clocks_as_if_it_had_never_been(desk, now) -> None:
    desk.step("vneid_l2", "captured", now - timedelta(days=9))
    before = desk.rows()
    notice = desk.step("vneid_l2", "notice_received", now - timedelta(days=2))
    assert [row[0] for row in desk.rows()] == ["activate"]
    done = desk.step("vneid_l2", "activated", now)
    assert [row[0] for row in desk.rows()] == ["follow_up_30", "follow_up_7"]
    desk.back(done, now)
    desk.back(notice, now)
    assert desk.rows() == before != []


def test_stopping_hides_a_deadline_and_going_on_does_not_move_it(desk, now) -> None:
    desk.step("vneid_l2", "notice_received", now - timedelta(days=5), evidence=Evidence.DECLARED)
    due = desk.rows()
    desk.step(
        "vneid_l2", None, now - timedelta(days=3), stop_reason="refused",
        evidence=Evidence.DECLARED, seen_state="notice_received",
    )  # fmt: skip
    assert desk.rows() == []
    desk.step("vneid_l2", "notice_received", now, evidence=Evidence.DECLARED)
    assert desk.rows() == due


def test_the_face_check_counts_from_the_hand_over_not_from_the_sim(desk, now) -> None:
    start = now - timedelta(days=20)
    for state in ("screened", "eligible", "listed", "device_reserved"):
        desk.step("device_2g4g", state, start)
    desk.step("device_2g4g", "handed_over", start, variant="smartphone")
    desk.step("device_2g4g", "sim_in_new_device", now - timedelta(days=3))
    desk.step("device_2g4g", "outgoing_blocked", now)
    rows = desk.session.scalars(sa.select(RunningClock)).all()
    day_0 = start.astimezone(VIETNAM).date()
    assert {(one.code, one.starts_on) for one in rows} == {
        ("face_check", day_0),
        ("line_lost", day_0),
    }


def test_a_home_that_moves_takes_its_clocks_along(desk, make, now) -> None:
    desk.step("vneid_l2", "captured", now)
    old, new = desk.home.area, make.neighbourhood(desk.actor.area)
    households.move_homes(desk.session, old, new, actor=desk.actor, now=now)
    desk.session.commit()
    desk.session.expire_all()
    assert {row.area_id for row in desk.session.scalars(sa.select(RunningClock))} == {new.id}


def test_a_declared_day_moves_every_clock_at_the_next_tick(desk, app, now) -> None:
    at = datetime.combine(date(2026, 11, 20), time(9), VIETNAM)
    desk.step("vneid_l2", "captured", at.astimezone(UTC))
    passes.reckon(app.db)

    def due() -> date:
        desk.session.expire_all()
        chosen = sa.select(RunningClock.due_on).where(RunningClock.code == "notice")
        found: date = desk.session.scalars(chosen).one()
        desk.session.commit()
        return found

    usual = due()  # Monday, and Tuesday is free since 2026, so Wednesday, Thursday
    declared_days.declare(
        desk.session, usual, DayKind.HOLIDAY, "", actor=desk.actor, now=now
    )  # fmt: skip
    desk.session.commit()
    assert passes.reckon(app.db).clocked == 1
    assert due() == usual + timedelta(days=1)
    assert passes.reckon(app.db).cases == 0


def test_recomputing_finds_what_was_spoilt_and_nothing_else(desk, app, now) -> None:
    desk.step("vneid_l2", "captured", now - timedelta(days=9))
    desk.step("vneid_l2", "notice_received", now - timedelta(days=2), evidence=Evidence.DECLARED)
    before = desk.rows()
    assert (passes.recompute(app.db, write=False).moved, before != []) == (0, True)
    case = desk.session.scalars(sa.select(Case)).one()
    case.state, case.evidence, case.began = "activated", Evidence.CONFIRMED, {}
    desk.session.execute(sa.delete(RunningClock))
    desk.session.commit()
    told = passes.recompute(app.db, write=False)
    assert (told.moved, told.clocked, dict(told.columns)) == (
        1, 1, {"state": 1, "evidence": 1, "began": 1},
    )  # fmt: skip
    desk.session.expire_all()
    assert desk.rows() == []  # only told
    passes.recompute(app.db, write=True)
    desk.session.expire_all()
    assert desk.rows() == before
    desk.session.refresh(case)
    assert (case.state, case.evidence) == ("notice_received", Evidence.DECLARED)


def test_a_pass_in_batches_is_the_pass_at_once(desk, app, make, now, monkeypatch) -> None:
    for _ in range(5):
        home = make.home_of(desk.home.area, 1950)
        Desk(desk.session, home, desk.actor).step("vneid_l2", "captured", now)
    desk.session.execute(sa.delete(RunningClock))
    desk.session.commit()
    monkeypatch.setattr(recomputing, "AT_ONCE", 2)
    found = passes.recompute(app.db, write=True)
    assert (found.cases, found.clocked, len(desk.rows())) == (5, 5, 10)


def test_the_command_checks_without_changing(app, desk, now) -> None:
    desk.step("vneid_l2", "captured", now)
    run = app.test_cli_runner().invoke
    assert run(args=["assistance", "recompute", "--check"]).exit_code == 0
    desk.session.execute(sa.delete(RunningClock))
    desk.session.commit()
    answer = run(args=["assistance", "recompute", "--check"])
    assert (answer.exit_code, desk.rows()) == (1, [])
    assert run(args=["assistance", "recompute"]).exit_code == 0
    assert run(args=["assistance", "recompute", "--check"]).exit_code == 0


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["vneid_l2", "bank_account"]),
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 60), st.booleans(), st.booleans()),
        min_size=1,
        max_size=5,
    ),
)
def test_any_history_with_stops_and_undos_is_what_a_recomputation_says(
    desk: Desk, app, make, now, programme: str, told
) -> None:
    home = make.home_of(desk.home.area, 1960)
    person = Desk(desk.session, home, desk.actor)
    definition = programmes()[programme]
    for pick, ago, stopped, undone in told:
        case = desk.session.scalar(sa.select(Case).where(Case.household_id == home.id))
        desk.session.commit()
        at = case.state if case else None
        ways = (at, *definition.states[at].next) if at else definition.opens
        state = definition.states[ways[pick % len(ways)]]
        step = person.step(
            programme,
            state.code,
            now - timedelta(days=ago),
            evidence=state.evidence[0],
            variant="branch" if state.asks and state.code != at else None,
            stop_reason="refused" if stopped else None,
            seen_state=at,
        )
        if undone:
            person.back(step, now)
    found = passes.recompute(app.db, write=False)
    assert (found.moved, found.clocked, dict(found.columns)) == (0, 0, {})
