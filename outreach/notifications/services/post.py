"""Writes answers to people who wrote to us: what they say, in whose name, in which language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import orm

from outreach.core.settings import Settings
from outreach.households.models import Language
from outreach.messaging import services as messaging
from outreach.messaging.wishes import ANSWER, Wish
from outreach.notifications.queries import manners
from outreach.notifications.rules.manners import TWO_WAY, Manner
from outreach.notifications.texts import Template, digest

#: An answer that came later than this would only puzzle.
GOOD_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class To:
    """Who is answered: a phone, its owner's area and language, and what it is about."""

    phone: str
    area_id: UUID
    language: Language
    household_id: UUID | None = None


class Post:
    """The office's pen for one transaction."""

    def __init__(self, session: orm.Session, settings: Settings, *, now: datetime) -> None:
        self.session, self.settings, self.now = session, settings, now
        self._manners = manners.Manners(
            session, sender=settings.sms_sender_name, hotline=settings.hotline
        )

    def manner(self, area_id: UUID) -> Manner:
        return self._manners[area_id]

    def two_way(self, area_id: UUID) -> bool:
        """Whether a text to a home there can be answered with a text."""
        return self.manner(area_id).way in TWO_WAY

    def answer(self, key: str, template: Template, to: To, **values: str) -> bool:
        """Send an answer once; False where its wording is not registered with the channel."""
        wording = manners.wordings(self.session)[template.name, to.language]
        known = manners.registered(self.session, self.settings.sms_channel)
        if known is not None and digest(wording, to.language) not in known:
            return False
        manner = self.manner(to.area_id)
        given = {
            "sender": manner.sender,
            "hotline": manner.hotline,
            "reply": manner.reply(to.language),
            **values,
        }
        wish = Wish(
            key=f"{ANSWER}:{key}",
            purpose=ANSWER,
            phone=to.phone,
            body=template.text(wording, to.language, given),
            template=template.name,
            values={gap.name: given[gap.name] for gap in template.gaps},
            area_id=to.area_id,
            household_id=to.household_id,
            day=self.now.astimezone(self.settings.zone).date(),
            send_after=self.now,
            expires_at=self.now + GOOD_FOR,
        )
        messaging.want(self.session, wish, now=self.now)
        return True
