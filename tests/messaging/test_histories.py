"""Any history of answers, deaths and callbacks: nobody is told twice, and nothing is lost."""

from __future__ import annotations

import os
import tempfile
from collections import defaultdict
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from outreach.core.db import Database
from outreach.messaging import rules, services
from outreach.messaging.channels import (
    Accepted,
    Busy,
    Kind,
    ProviderMessage,
    Receipt,
    Refused,
    Uncertain,
)
from outreach.messaging.models import Message, MessageEvent, Progress, Spending, Status
from tests import databases
from tests.factories import Make

START = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
TERMS = services.Terms("twilio", price=100, real=True)
PHONES = [f"+8491000000{n}" for n in range(4)]
NOT_TAKEN: dict[str, Refused | Busy] = {
    "refused": Refused("21211", "number_invalid", Kind.NUMBER),
    "ours": Refused("20003", "credentials_refused", Kind.CONFIGURATION),
    "busy": Busy("rate_limited"),
    "down": Busy("unreachable"),
}
NEWS = {
    "sent": (Progress.ACCEPTED, None),
    "delivered": (Progress.DELIVERED, None),
    "undelivered": (Progress.UNDELIVERED, "30003"),
    "filtered": (Progress.UNDELIVERED, "30007"),
    "failed": (Progress.FAILED, "30008"),
}


class Histories(RuleBasedStateMachine):
    """The outbox, a provider that never forgets what it took, and senders that may die."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.refs = START, count(1)
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        url = self.stack.enter_context(databases.fresh(folder, os.environ.get("TEST_DATABASE_URL")))
        self.db = Database(url, pool_size=2)
        with self.db.sessions(expire_on_commit=False) as session:
            make = Make(session)
            area = make.live_area(budget=10**6)
            wishes = [
                make.wish(
                    area=area,
                    phone=phone,
                    key=f"k{phone}",
                    now=START,
                    expires_at=START + timedelta(hours=5),
                )
                for phone in PHONES
            ]
            for wish in wishes:
                services.want(session, wish, now=START)
            session.commit()
        #: What the provider truly took, by message; and what it last said of each.
        self.taken: dict[UUID, list[str]] = defaultdict(list)
        self.told: dict[str, str] = {}
        #: Messages whose answer is on the way: (message, what it will be).
        self.flying: dict[UUID, Accepted | Refused | Busy | Uncertain] = {}
        self.bodies: dict[str, tuple[str, str, datetime]] = {}

    def teardown(self) -> None:
        self._come_to_rest()
        self.db.dispose()
        self.stack.close()

    @rule(how=st.sampled_from(["taken", "answer lost", "request lost", *NOT_TAKEN]))
    def a_sender_takes_what_is_due_and_calls(self, how: str) -> None:
        with self.db.transaction() as session:
            services.prepare(session, now=self.now)
        with self.db.transaction() as session:
            rows = services.claim(
                session, terms=TERMS, today=self.now.date(), now=self.now, limit=2
            )
        for row in rows:
            if how in NOT_TAKEN:
                self.flying[row.id] = NOT_TAKEN[how]
            elif how == "request lost":
                self.flying[row.id] = Uncertain("connection_broken")
            else:
                ref = f"SM{next(self.refs):032}"
                self.taken[row.id].append(ref)
                self.bodies[ref] = (row.phone, row.body, self.now)
                self.flying[row.id] = Accepted(ref) if how == "taken" else Uncertain("no_answer")

    @precondition(lambda self: self.flying)
    @rule()
    def answers_arrive(self) -> None:
        with self.db.transaction() as session:
            services.record(session, self.flying, now=self.now)
        self.flying = {}

    @precondition(lambda self: self.flying)
    @rule()
    def the_sender_dies(self) -> None:
        self.flying = {}

    @rule(minutes=st.sampled_from([1, 6, 11, 31]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @precondition(lambda self: self.bodies)
    @rule(data=st.data(), said=st.sampled_from(sorted(NEWS)), ours=st.booleans())
    def a_callback_comes(self, data: st.DataObject, said: str, *, ours: bool) -> None:
        ref = data.draw(st.sampled_from(sorted(self.bodies)))
        owner = next(message for message, refs in self.taken.items() if ref in refs)
        progress, code = NEWS[said]
        news = Receipt(ref, progress, said, code, owner if ours else None)
        with self.db.transaction() as session:
            services.take_receipt(session, news, channel="twilio", now=self.now)
        self.told[ref] = said

    @rule()
    def the_books_are_read(self) -> None:
        with self.db.transaction() as session:
            questions = services.to_settle(session, channel="twilio", now=self.now)
        for question in questions:
            with self.db.transaction() as session:
                services.record_books(
                    session, question.id, self._books(question.phone), now=self.now
                )

    @rule()
    def news_is_asked_for(self) -> None:
        with self.db.transaction() as session:
            questions = services.to_ask(session, channel="twilio", now=self.now)
        for question in questions:
            assert question.ref is not None
            with self.db.transaction() as session:
                entry = self._entry(question.ref)
                services.record_news(session, question.id, entry, now=self.now)

    @invariant()
    def nobody_is_told_twice(self) -> None:
        """A second time only where the provider itself said that the first never arrived."""
        for refs in self.taken.values():
            assert len(refs) <= 2
            if len(refs) == 2:
                assert self.told.get(refs[0]) is not None

    @invariant()
    def every_step_is_an_allowed_move_and_the_money_adds_up(self) -> None:
        with self.db.transaction(read_only=True) as session:
            messages = session.scalars(sa.select(Message)).all()
            events = session.scalars(sa.select(MessageEvent).order_by(MessageEvent.id)).all()
            spent = session.scalar(sa.select(sa.func.sum(Spending.spent))) or 0
            assert spent == sum(m.charge + m.charged_before for m in messages)
            for message in messages:
                path = [e.status for e in events if e.message_id == message.id]
                assert path[-1] is message.status
                for before, after in pairwise(path):
                    assert before is after or rules.may_move(before, after), path
                if message.status in {Status.ACCEPTED, Status.DELIVERED, Status.UNDELIVERED}:
                    assert message.provider_ref in self.taken[message.id]
                if message.status is Status.UNCERTAIN:
                    assert message.due_at is not None, "somebody will look at it"

    def _books(self, phone: str) -> list[ProviderMessage]:
        mine = [ref for ref, (to, _body, _at) in self.bodies.items() if to == phone]
        return [self._entry(ref) for ref in reversed(mine)]

    def _entry(self, ref: str) -> ProviderMessage:
        to, body, at = self.bodies[ref]
        progress, code = NEWS[self.told.get(ref, "sent")]
        return ProviderMessage(ref, to, body, progress, at, code=code)

    def _come_to_rest(self) -> None:
        """Whatever happened: in the end each taken message is known, and none is in between."""
        self.flying = {}
        for _ in range(4):
            self.now += timedelta(minutes=12)
            with self.db.transaction() as session:
                services.prepare(session, now=self.now)
            self.the_books_are_read()
        with self.db.transaction(read_only=True) as session:
            for message in session.scalars(sa.select(Message)):
                assert message.status not in {Status.SENDING, Status.UNCERTAIN}
                if self.taken[message.id]:
                    known = session.scalars(
                        sa.select(MessageEvent.provider_ref).where(
                            MessageEvent.message_id == message.id
                        )
                    )
                    assert set(self.taken[message.id]) <= set(known), "taken, and unknown to us"


def test_no_history_tells_anybody_twice_or_loses_a_message() -> None:

    profile = os.environ.get("HYPOTHESIS_PROFILE")
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=400 if profile == "soak" else 20,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
