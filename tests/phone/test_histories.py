"""Whatever two phones, a leader and a bad network do: each report is stored once, or refused."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from outreach.accounts.models import Device
from outreach.core.audit import AuditEntry
from outreach.core.days import day_bounds
from outreach.core.db import Session
from outreach.households.models import FieldEdit, Household, Merged, Resident
from outreach.phone.models import Submission
from outreach.visits.models import Report
from tests.factories import Make
from tests.factories.visits import DAY
from tests.phone.histories import History, Kept, Phone
from tests.phone.rolled_back import rolled_back
from tests.visits.test_services import ZONE

WHO, WHICH = st.integers(0, 1), st.integers(0, 5)
#: Hours that a phone's clock is wrong by.
SKEW = st.sampled_from([0, 0, 0, -1, 3, -72, 900])
OUTCOMES = st.sampled_from(["met", "met", "nobody_home", "refused", "postponed"])
ACTS = st.sampled_from(
    [
        "move",
        "move",
        "remove",
        "add",
        "withdraw",
        "publish",
        "close",
        "open",
        "open",
        "save",
        "save",
    ]
)
FATES = st.sampled_from(["ok", "ok", "lost", "killed"])
STEPS = st.one_of(
    st.tuples(st.just("report"), WHO, WHICH, OUTCOMES, SKEW, st.booleans()),
    st.tuples(st.just("report"), WHO, WHICH, OUTCOMES, SKEW, st.sampled_from([False])),
    st.tuples(st.just("absent"), WHO, WHICH, SKEW),
    st.tuples(st.just("edit"), WHO, WHICH, SKEW),
    st.tuples(st.just("rename"), WHO, WHICH, SKEW),
    st.tuples(st.just("undo"), WHO, WHICH),
    st.tuples(st.just("send"), WHO, st.sampled_from(["batch", "single"]), FATES, WHICH),
    st.tuples(st.just("refresh"), WHO),
    st.tuples(st.just("relay"), WHO),
    st.tuples(st.just("lead"), ACTS, WHICH),
)
#: Each of four parts plays so many, 520 in all; on the second engine, whose turns are slower and
#: whose rules are the same, a third of them. The soak run plays all of its own on both.
EXAMPLES = 45 if os.environ.get("TEST_DATABASE_URL") else 130
RANDOM = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=(Phase.generate, Phase.shrink),
    database=None,
)


@pytest.fixture
def begin(app, make: Make, sign_in, now, set_clock) -> Callable[[], History]:
    """A fresh history in the same world."""
    walk = make.walk(3)
    mate = make.member(walk.team).user
    others = [make.home_of(walk.team.area, 1950, 1980) for _ in range(3)]
    route = make.walked_route(walk.team, mate, others, day=DAY, round_=walk.route.round)
    homes = [stop.household for stop in (*walk.stops, *route.stops)]
    for number, home in enumerate(homes):
        home.latitude, home.longitude = 10.9 + number / 2000, 106.7
    make.session.commit()
    clients = {user.id: sign_in(user) for user in (walk.volunteer, mate, walk.leader)}
    devices = {one.user_id: one.id for one in make.session.scalars(sa.select(Device))}
    persons = {home.id: home.residents[0].id for home in homes}
    make.session.expunge_all()
    make.session.rollback()

    def fresh() -> History:
        set_clock(now)
        phones = [
            Phone(user, clients[user.id], devices[user.id]) for user in (walk.volunteer, mate)
        ]
        return History(
            app, walk.leader, clients[walk.leader.id], walk.route.round_id,
            list(persons), persons, phones, now, set_clock,
        )  # fmt: skip

    return fresh


def play(history: History, steps: list[tuple[Any, ...]]) -> None:
    for phone in history.phones:
        history.refresh(phone)
    for what, who, *rest in steps:
        history.tick()
        if what == "lead":
            history.lead(who, *rest)
        elif what == "report":
            *told, helped = rest
            history.report(history.phones[who], *told, helped=helped)
        else:
            getattr(history, what)(history.phones[who], *rest)
    for phone in history.phones:  # at last there is a signal
        for _turn in range(2):
            history.tick()
            if phone.waiting:
                history.send(phone, "batch", "ok", 1)


def check(history: History) -> None:
    with history.app.db.transaction(read_only=True) as session:
        rows = {row.id: row for row in session.scalars(sa.select(Report))}
        acts = Counter(session.scalars(sa.select(AuditEntry.action)))
        forms = set(session.scalars(sa.select(Submission.id)))
        edits = Counter(session.scalars(sa.select(FieldEdit.form_id)))
        expected = set()
        for phone in history.phones:
            for one in phone.kept:
                expected |= check_one(one, phone, rows, forms, edits)
            told: Any = phone.client.get("/today/receipts").json
            stored = {str(one.id) for one in phone.kept if one.state == "stored"}
            assert stored <= set(told["ids"])
        assert set(rows) == expected
        assert acts["visit.logged"] == len(rows)
        check_details(history, session)
        begins = day_bounds(DAY, ZONE)[0]
        for row in rows.values():
            assert begins <= row.happened_at <= row.received_at <= history.now


def check_details(history: History, session: Session) -> None:
    """Nobody's change of a note or a name vanished: each stands, was followed, or waits."""
    edits = session.scalars(sa.select(FieldEdit).order_by(FieldEdit.at, FieldEdit.id)).all()
    told = {(edit.resident_id or edit.household_id, edit.field, edit.wanted) for edit in edits}
    assert set(history.said) <= told
    homes, names = session.scalars(sa.select(Household)), session.scalars(sa.select(Resident))
    stands = {(one.id, "note"): one.note for one in homes} | {
        (one.id, "name"): one.name for one in names
    }
    for key, value in stands.items():
        mine = [e for e in edits if (e.resident_id or e.household_id, e.field) == key]
        taken = [e for e in mine if e.state is Merged.APPLIED]
        # each change that was made took the place of what it was based on, and the last one stands
        replaced = Counter(e.was for e in taken)
        written = Counter(e.wanted for e in taken)
        if taken:
            left = written - replaced
            assert list(left.elements()) == [value], (key, value, left)
        event(f"{key[1]} clash: {any(e.state is Merged.CLASH for e in mine)}")


def check_one(
    one: Kept, phone: Phone, rows: dict[Any, Report], forms: set[Any], edits: Counter[Any]
) -> set[Any]:
    """Asserts what became of one form; the reports there must be because of it."""
    assert one.state in {"stored", "refused"}, one
    event(f"{one.kind} {one.state}")
    if one.kind == "undo":
        assert one.state == "stored"
        row = rows.get(one.id)
        assert row is None or row.undone_at is not None
        return set()
    if one.state == "refused":
        assert one.reason
        assert one.helped, one  # only help can clash: what happened at a door is always taken
        assert one.id not in rows
        return set()
    if one.kind == "edit":
        assert (one.id in forms, edits[one.id]) == (True, 1)
        return set()
    if one.kind == "absent":
        assert one.id in forms
        assert all(rows[id_].volunteer_id == phone.user.id for id_ in one.reports)
        return set(one.reports)
    row = rows[one.id]
    event(f"lateness {row.lateness}")
    assert (row.household_id, row.volunteer_id) == (one.home, phone.user.id)
    assert row.outcome.value == one.outcome
    undone = any(other.kind == "undo" and other.id == one.id for other in phone.kept)
    assert (row.undone_at is not None) is undone
    return {one.id}


def run(begin: Callable[[], History], steps: list[tuple[Any, ...]]) -> None:
    history = begin()
    with rolled_back(history.app, lambda: history.dies):
        play(history, steps)
        check(history)


@pytest.mark.parametrize("part", range(4))
@settings(RANDOM, max_examples=EXAMPLES)
@given(steps=st.lists(STEPS, min_size=6, max_size=14))
def test_every_report_is_stored_once_or_visibly_refused(begin, steps, part: int) -> None:
    run(begin, steps)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(4))
@settings(RANDOM, max_examples=3000)
@given(steps=st.lists(STEPS, min_size=8, max_size=40))
def test_long_histories_too(begin, steps, part: int) -> None:
    run(begin, steps)
