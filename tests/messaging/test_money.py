"""Budgets stop before they overspend, trial mode writes to one's own people, senders are theirs."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from outreach.accounts.models import Role
from outreach.core.db import Database, Session
from outreach.core.errors import NotAllowed, Refusal
from outreach.messaging import services
from outreach.messaging.channels import Accepted, Busy, Kind, Refused
from outreach.messaging.models import CommuneSms, Message, MessageEvent, Spending, Status
from outreach.messaging.services.communes import HabitFacts, set_habits
from outreach.places.models import Area
from outreach.teams.models import Position
from outreach.web import Outreach
from tests.factories import Make

TERMS = services.Terms("brandname", price=800, real=True)


def claim(
    session: Session, at: datetime, *, limit: int = 50, terms: services.Terms = TERMS
) -> list[services.Claimed]:
    services.prepare(session, now=at)
    rows = services.claim(session, terms=terms, today=at.date(), now=at, limit=limit)
    session.commit()
    session.expire_all()
    return rows


def spent(session: Session, area: Area) -> int:
    found = session.scalar(sa.select(Spending.spent).where(Spending.commune_id == area.id))
    session.commit()
    return found or 0


def test_what_there_is_no_money_for_waits_and_says_why(
    session: Session, make: Make, now: datetime
) -> None:
    area = make.live_area(budget=2 * 800)
    messages = [make.message(area=area) for _ in range(3)]
    assert len(claim(session, now)) == 2
    waiting = [m for m in messages if m.status is Status.QUEUED]
    assert [m.reason for m in waiting] == ["budget_used_up"]
    assert spent(session, area) == 1600
    assert claim(session, now) == [], "and is not looked at again at once"


def test_the_budget_is_counted_by_segments_to_the_last_dong(
    session: Session, make: Make, now: datetime
) -> None:
    area = make.live_area(budget=2399)
    make.message(area=area, body="x" * 200)
    make.message(area=area)
    assert len(claim(session, now)) == 1
    session.execute(sa.update(CommuneSms).values(monthly_budget=2400))
    session.commit()
    assert len(claim(session, now + timedelta(minutes=16))) == 1
    assert spent(session, area) == 2400


def test_a_raised_budget_lets_them_go_and_is_told_once(
    session: Session, make: Make, now: datetime
) -> None:
    area = make.live_area(budget=0)
    message = make.message(area=area)
    for minutes in (0, 16, 32):
        assert claim(session, now + timedelta(minutes=minutes)) == []
    told = sa.select(sa.func.count(MessageEvent.id)).where(MessageEvent.reason == "budget_used_up")
    assert session.scalar(told) == 1
    session.execute(sa.update(CommuneSms).values(monthly_budget=800))
    session.commit()
    assert [row.id for row in claim(session, now + timedelta(minutes=48))] == [message.id]


@pytest.mark.parametrize(
    "answer", [Refused("108", "number_invalid", Kind.NUMBER), Busy("queue_full")]
)
def test_money_comes_back_when_it_surely_did_not_go(
    session: Session, make: Make, now: datetime, answer: Refused | Busy
) -> None:
    area = make.live_area(budget=800)
    message = make.message(area=area)
    claim(session, now)
    services.record(session, {message.id: answer}, now=now)
    session.commit()
    assert spent(session, area) == 0
    session.refresh(message)
    assert message.charge == 0


def test_what_the_provider_counts_differently_is_booked_as_it_counts(
    session: Session, make: Make, now: datetime
) -> None:
    area = make.live_area(budget=10_000)
    message = make.message(area=area)
    claim(session, now)
    services.record(session, {message.id: Accepted("r", segments=2)}, now=now)
    session.commit()
    assert spent(session, area) == 1600
    session.refresh(message)
    assert (message.segments, message.charge) == (2, 1600)


def test_a_new_month_has_a_new_budget(session: Session, make: Make, now: datetime) -> None:
    area = make.live_area(budget=800)
    make.message(area=area, expires_at=now + timedelta(days=30))
    make.message(area=area, expires_at=now + timedelta(days=30))
    assert len(claim(session, now)) == 1
    assert len(claim(session, now + timedelta(days=12))) == 1
    months = session.scalars(sa.select(Spending.month).order_by(Spending.month)).all()
    assert months == [date(2026, 11, 1), date(2026, 12, 1)]


def test_one_communes_empty_purse_holds_nobody_else_up(
    session: Session, make: Make, now: datetime
) -> None:
    poor, rich = make.live_area(budget=0), make.live_area(budget=8000)
    for _ in range(5):
        make.message(area=poor)
    for _ in range(5):
        make.message(area=rich)
    assert len(claim(session, now)) == 5


def test_senders_at_the_edge_of_a_budget_never_overspend_it_together(
    app: Outreach, make: Make, session: Session, now: datetime
) -> None:
    """Four senders, 40 messages, money for 17: exactly 17 leave, whoever is quicker."""
    area = make.live_area(budget=17 * 800 + 799)
    for _ in range(40):
        make.message(area=area)
    with app.db.transaction() as opening:
        services.prepare(opening, now=now)
    together = threading.Barrier(4)
    crew = [Sender(app.db, now, together) for _ in range(4)]
    threads = [threading.Thread(target=sender.run) for sender in crew]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [sender.error for sender in crew] == [None] * 4
    assert sum(sender.taken for sender in crew) == 17
    assert spent(session, area) == 17 * 800
    left = sa.select(sa.func.count(Message.id)).where(Message.status == Status.SENDING)
    assert session.scalar(left) == 17


@dataclass
class Sender:
    """Claims a few at a time until there is nothing for it."""

    db: Database
    now: datetime
    together: threading.Barrier
    taken: int = 0
    error: Exception | None = None

    def run(self) -> None:
        try:
            self.together.wait(10)
            while found := self._claim():
                self.taken += found
        except Exception as error:  # noqa: BLE001 - told to the test
            self.error = error

    def _claim(self) -> int:
        with self.db.transaction() as session:
            rows = services.claim(
                session, terms=TERMS, today=self.now.date(), now=self.now, limit=3
            )
            return len(rows)


def test_a_commune_without_settings_writes_to_its_own_people_only(
    session: Session, make: Make, now: datetime
) -> None:
    commune = make.area()
    team = make.team(make.neighbourhood(commune))
    member = make.member(team).user
    stranger = make.message(area=team.area)
    ours = make.message(area=team.area, phone=member.phone)
    assert [row.id for row in claim(session, now)] == [ours.id]
    assert (stranger.status, stranger.reason) == (Status.MUTED, "trial_mode")


def test_people_of_other_communes_who_left_or_are_gone_are_strangers(
    session: Session, make: Make, now: datetime
) -> None:
    commune = make.area()
    team = make.team(make.neighbourhood(commune))
    left = make.member(team, make.user(Role.VOLUNTEER, area=make.area()))
    left.left_on = now.date()
    gone = make.member(team).user
    gone.deactivated_at = now
    elsewhere = make.member(make.team()).user
    session.commit()
    for user in (left.user, gone, elsewhere):
        make.message(area=commune, phone=user.phone)
    assert claim(session, now) == []


def test_leaders_officers_and_administrators_are_ones_own_people(
    session: Session, make: Make, now: datetime
) -> None:
    commune = make.area()
    leader = make.member(make.team(make.neighbourhood(commune)), position=Position.LEADER).user
    people = [leader, make.user(Role.OFFICER, area=commune), make.user(Role.ADMINISTRATOR)]
    for user in people:
        make.message(area=commune, phone=user.phone)
    assert len(claim(session, now)) == 3


def test_the_sandbox_takes_everything_also_in_trial_mode(
    session: Session, make: Make, now: datetime
) -> None:
    make.message(area=make.area())
    assert len(claim(session, now, terms=services.Terms("sandbox"))) == 1


def test_only_an_administrator_ends_trial_mode_and_only_with_a_budget(
    session: Session, make: Make, now: datetime
) -> None:
    commune = make.area()
    live = HabitFacts(trial=False, sender="UBND DI AN", monthly_budget=100_000)
    with pytest.raises(NotAllowed):
        set_habits(session, commune, live, actor=make.user(Role.OFFICER, area=commune), now=now)
    boss = make.user(Role.ADMINISTRATOR)
    with pytest.raises(Refusal):
        set_habits(session, commune, HabitFacts(trial=False), actor=boss, now=now)
    set_habits(session, commune, live, actor=boss, now=now)
    session.commit()
    make.message(area=commune)
    assert [row.sender for row in claim(session, now)] == ["UBND DI AN"]


def test_the_database_itself_refuses_to_be_live_without_a_budget(make: Make, now: datetime) -> None:
    with pytest.raises(IntegrityError):
        make.habits(make.area(), trial=False, monthly_budget=None)
    make.session.rollback()
