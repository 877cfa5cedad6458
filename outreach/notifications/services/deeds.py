"""What an answer brings about, whoever understood it: the program, or a person who read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from outreach.accounts.models import User
from outreach.appointments import queries as appointments
from outreach.appointments import services
from outreach.appointments.models import Appointment
from outreach.appointments.services import Window
from outreach.core import audit, declared_days
from outreach.core.errors import Conflict
from outreach.core.i18n import gettext as _
from outreach.households.models import Language
from outreach.messaging import services as messaging
from outreach.messaging.models import Source
from outreach.notifications import texts
from outreach.notifications.models import Offer
from outreach.notifications.queries import replies
from outreach.notifications.queries.replies import Sender
from outreach.notifications.queries.room import has_room
from outreach.notifications.rules import saying
from outreach.notifications.rules.calendar import Calendar
from outreach.notifications.rules.manners import Hours
from outreach.notifications.rules.windows import GOOD_FOR, Asked, Span, three_windows
from outreach.notifications.services.post import Post, To


@dataclass(frozen=True, slots=True)
class Deed:
    """Who does it, how they were told (`reply`, `page`, `call`, `typed`), and for whom."""

    post: Post
    by: str
    actor: User | None = None

    def confirm(self, appointment: Appointment) -> None:
        """The time suits."""
        post = self.post
        services.confirm(post.session, appointment, by=self.by, actor=self.actor, now=post.now)

    def offer(self, appointment: Appointment, phone: str) -> Offer | None:
        """Three other times; the ones offered already while they are good. None: there are none."""
        post = self.post
        found = replies.offer_of(post.session, appointment.id, now=post.now)
        if found is not None:
            return found
        spans = self._windows(appointment)
        if not spans:
            return None
        found = Offer(
            appointment_id=appointment.id,
            appointment=appointment,
            phone=phone,
            windows=[span.stored() for span in spans],
            made_at=post.now,
            expires_at=post.now + GOOD_FOR,
        )
        post.session.add(found)
        audit.record(
            post.session, actor=self.actor, action="offer.made", subject=found, now=post.now
        )
        return found

    def choose(self, offer: Offer, choice: int) -> Appointment:
        """One of the offered times. Raises `Conflict` when it was offered no longer, or is gone."""
        post, appointment = self.post, offer.appointment
        if offer.chosen is not None or offer.expires_at <= post.now:
            raise Conflict(_("This offer is no longer open."))
        if not 0 <= choice < len(offer.windows):
            raise Conflict(_("This time was not offered."))
        span = Span.read(offer.windows[choice])
        services.move(
            post.session, appointment, Window(span.starts_at, span.ends_at), actor=self.actor,
            now=post.now,
        )  # fmt: skip
        offer.chosen = choice
        self.confirm(appointment)
        return appointment

    def stop(self, phone: str, *, source: Source, reason: str = "asked") -> None:
        """No more messages to this number, from any programme."""
        post = self.post
        messaging.opt_out(
            post.session, phone, source=source, reason=reason, actor=self.actor, now=post.now
        )

    def tell_offer(self, offer: Offer, to: To, *, key: str) -> bool:
        """Write the three times to whoever asked."""
        zone, language = self.post.settings.zone, to.language
        parts = []
        for letter, text in zip("ABC", offer.windows, strict=False):
            span = Span.read(text)
            day = saying.short_day(span.starts_at.astimezone(zone).date(), language)
            parts.append(f"{letter}: {day} {saying.window(span.starts_at, span.ends_at, zone)}")
        return self.post.answer(key, texts.OFFER, to, windows="; ".join(parts))

    def tell_moved(self, appointment: Appointment, to: To, *, key: str) -> bool:
        """Write the new time with its code."""
        zone = self.post.settings.zone
        starts, ends = appointment.starts_at, appointment.ends_at
        return self.post.answer(
            key, texts.MOVED, to,
            day=saying.weekday(starts.astimezone(zone).date(), to.language),
            window=saying.window(starts, ends, zone),
            code=appointment.visit_code,
        )  # fmt: skip

    def _windows(self, appointment: Appointment) -> list[Span]:
        post, home = self.post, appointment.household
        calendar = Calendar(declared_days.overrides(post.session))
        today = post.now.astimezone(post.settings.zone).date()
        near = appointments.open_of_home(
            post.session, home.id, post.now, post.now + timedelta(days=21)
        )
        room = has_room(post.session, home.area, post.settings.zone)
        return three_windows(
            Asked(appointment.starts_at, home.home_from, home.home_until),
            post.settings.zone,
            today=today,
            visited=lambda day: not calendar.silent(day, Hours()) and room(day),
            taken=[one.starts_at for one in near if one.id != appointment.id],
        )


def recipient(sender: Sender, appointment: Appointment | None = None) -> To | None:
    """Whom to answer; None for strangers, whose office nobody knows."""
    area_id = appointment.household.area_id if appointment else sender.area_id
    if area_id is None:
        return None
    language = sender.residents[0].language if sender.residents else Language.VI
    home = appointment.household_id if appointment else None
    return To(sender.phone, area_id, language, home)
