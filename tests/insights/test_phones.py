"""What the board says of phones: their last contact, what they hold, what came late."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from outreach.accounts.models import Device
from outreach.insights.queries import board
from outreach.insights.rules import Need
from outreach.visits.models import Lateness, Report
from tests.factories import Make
from tests.factories.visits import DAY
from tests.visits.test_services import ZONE


def line(session, walk, now) -> board.Line:
    (found,) = board.lines(
        session, actor=walk.leader, day=DAY, now=now, zone=ZONE, team=walk.team.id
    )
    return found


def test_a_phone_that_holds_reports_for_hours_needs_its_leader(make: Make, session, now, sign_in):
    walk = make.walk(4)
    assert line(session, walk, now).contact_at is None
    make.device_token(walk.volunteer)
    make.device_token(walk.volunteer)
    one, other = session.scalars(sa.select(Device).where(Device.user_id == walk.volunteer.id))
    one.held, one.held_since, one.last_seen_at = 3, now - timedelta(hours=1), now
    other.held, other.last_seen_at = 0, now - timedelta(days=2)
    session.commit()
    found = line(session, walk, now)
    assert (found.held, found.contact_at) == (3, now)
    assert Need.HELD not in found.needs
    one.held_since = now - timedelta(hours=2)
    session.commit()
    assert Need.HELD in line(session, walk, now).needs
    page = sign_in(walk.leader).get("/board?day=2026-11-21&needs_me=1").text
    assert "còn 3 báo cáo trên máy" in page
    assert "Báo cáo còn trên điện thoại" in page
    one.revoked_at = now
    session.commit()
    assert line(session, walk, now).held == 0


def test_homes_that_were_told_late_or_by_somebody_else_are_marked(
    make: Make, session, now, sign_in
) -> None:
    walk = make.walk(4)
    for stop in walk.stops[:3]:
        make.report(stop.household, walk.volunteer, now, stop=stop)
    late, carried, _plain = session.scalars(sa.select(Report).order_by(Report.id))
    late.lateness, carried.carried_by_id = Lateness.MOVED, walk.leader.id
    session.commit()
    found = line(session, walk, now)
    assert (found.done, found.late, found.carried) == (3, 1, 1)
    page = sign_in(walk.leader).get("/board?day=2026-11-21").text
    assert "1 đến muộn" in page
    assert "1 chuyển giúp" in page
