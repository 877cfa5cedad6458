"""Homes with a visit told to their phone, and what they answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from outreach.appointments.models import Appointment
from outreach.core import clock
from outreach.core.settings import Settings
from outreach.households.models import ContactPoint, Household
from outreach.messaging.models import Message, Status
from outreach.notifications.models import CommuneManner, Reply, ReplySource, ReplyWay
from outreach.notifications.rules.manners import Hours
from outreach.notifications.services import replies
from outreach.notifications.services.post import Post
from outreach.places.models import Area
from tests.factories.messages import MakeMessages
from tests.factories.reminders import MakeReminders


class MakeTexts(MakeMessages, MakeReminders):
    def told_visit(
        self,
        phone: ContactPoint,
        *,
        home: Household | None = None,
        area: Area | None = None,
        starts_at: datetime | None = None,
        code: str = "4821",
    ) -> Appointment:
        """An announced visit whose reminder has gone out to this phone."""
        home = home or self.home(area or self.neighbourhood())
        if not any(person.phones for person in home.residents):
            self.reachable(home, phone)
        visit = self.announced(home=home, starts_at=starts_at, code=code)
        now, span = clock.now(), f"{visit.starts_at:%H:%M} {visit.ends_at:%H:%M}"
        self.saved(
            Message(
                key=f"visit_reminder:{uuid4()}",
                purpose="visit_reminder",
                phone=phone.number,
                body="…",
                template="visit_reminder",
                values={"told": [f"{visit.id} {span} Đào"]},
                segments=1,
                area_id=home.area_id,
                household_id=home.id,
                day=visit.starts_at.astimezone(Settings().zone).date(),
                status=Status.ACCEPTED,
                send_after=now,
                expires_at=visit.starts_at,
                created_at=now,
                sent_on=(now - timedelta(days=self.number() % 1000)).date(),
            )
        )
        return visit

    def manner(
        self, area: Area, way: ReplyWay = ReplyWay.SENDER, *, hours: Hours | None = None
    ) -> CommuneManner:
        """How a commune is answered, by replying to the message unless said otherwise."""
        hours = hours or Hours()
        return self.saved(
            CommuneManner(
                area=area,
                reply_way=way,
                reply_number="+84912000111",
                reply_keyword="",
                opens=hours.opens,
                closes=hours.closes,
                siesta_from=hours.siesta_from,
                siesta_until=hours.siesta_until,
                weekends=hours.weekends,
            )
        )

    def reply(self, phone: str, text: str, settings: Settings, *, ref: str = "") -> Reply:
        """A text of a resident, taken in."""
        post = Post(self.session, settings, now=clock.now())
        taken = replies.take(
            post,
            replies.Incoming(ReplySource.BRANDNAME, ref or f"r{self.number()}", phone, text),
        )
        self.session.commit()
        return taken
