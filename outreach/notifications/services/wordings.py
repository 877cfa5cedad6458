"""Wordings: written, put into use when nothing forbids it, registered with channels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core import audit
from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _
from outreach.core.text import nfc
from outreach.households.models import Language
from outreach.notifications.lint import findings
from outreach.notifications.models import (
    Registration,
    RegistrationState,
    Wording,
    WordingState,
)
from outreach.notifications.queries import wordings as queries
from outreach.notifications.texts import Template, digest


def write(
    session: orm.Session,
    template: Template,
    language: Language,
    text: str,
    *,
    actor: User,
    now: datetime,
) -> Wording:
    """Keep a wording as a draft, whatever is wrong with it. The same words again are the same."""
    text = nfc(text.strip())
    known = queries.versions(session, template.name, language)
    same = next((one for one in known if one.text == text), None)
    if same is not None:
        return same
    wording = Wording(
        template=template.name,
        language=language,
        number=max((one.number for one in known), default=0) + 1,
        text=text,
        state=WordingState.DRAFT,
        written_by_id=actor.id,
        written_at=now,
    )
    session.add(wording)
    audit.record(session, actor=actor, action="wording.written", subject=wording, now=now)
    return wording


def use(
    session: orm.Session,
    wording: Wording,
    template: Template,
    *,
    hotlines: frozenset[str],
    actor: User,
    now: datetime,
) -> None:
    """Send these words from now on. Raises `Refusal` when something forbids them."""
    if findings(wording.text, template, wording.language, hotlines=hotlines):
        raise Refusal(_("This wording cannot be used yet: see what is wrong below."))
    retire(session, template, wording.language, actor=actor, now=now)
    wording.state, wording.used_from, wording.used_until = WordingState.IN_USE, now, None
    audit.record(session, actor=actor, action="wording.used", subject=wording, now=now)


def retire(
    session: orm.Session, template: Template, language: Language, *, actor: User, now: datetime
) -> None:
    """Back to the words that come with the program."""
    old = session.scalar(
        sa.select(Wording).where(
            Wording.template == template.name,
            Wording.language == language,
            Wording.state == WordingState.IN_USE,
        )
    )
    if old is not None:
        old.state, old.used_until = WordingState.RETIRED, now
        audit.record(session, actor=actor, action="wording.retired", subject=old, now=now)
        session.flush()  # before another one takes its place: only one is in use


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a channel is with a text."""

    channel: str
    state: RegistrationState
    reference: str = ""
    note: str = ""


def register(
    session: orm.Session,
    template: Template,
    language: Language,
    text: str,
    standing: Standing,
    *,
    actor: User,
    now: datetime,
) -> Registration:
    """Note how far a channel is with registering exactly this text."""
    key = digest(nfc(text), language)
    row = session.scalar(
        sa.select(Registration).where(
            Registration.digest == key, Registration.channel == standing.channel
        )
    )
    row = row or Registration(digest=key, channel=standing.channel)
    row.template, row.language = template.name, language
    row.state, row.reference, row.note = standing.state, standing.reference, standing.note
    row.changed_by_id, row.changed_at = actor.id, now
    session.add(row)
    audit.record(
        session, actor=actor, action="registration.changed", subject=row, now=now,
        channel=standing.channel, state=standing.state,
    )  # fmt: skip
    return row
