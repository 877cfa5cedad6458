"""Stores visit reports once, whatever is sent again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql, sqlite

from outreach.accounts.models import User
from outreach.assistance import services as assistance
from outreach.assistance.models import Channel
from outreach.assistance.services import Circumstances, Help
from outreach.core import audit
from outreach.core.errors import Conflict
from outreach.core.i18n import gettext as _
from outreach.core.prepared import Prepared
from outreach.rounds import services as rounds
from outreach.visits import queries, rules
from outreach.visits.models import Lateness, Outcome, Report
from outreach.visits.queries import AtStop, Stored
from outreach.visits.services.promises import close


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitReport:
    """What a phone says happened at a stop. `report_id` and `made_at` come from the phone."""

    report_id: UUID
    stop_id: UUID
    made_at: datetime
    outcome: Outcome
    form_version: int = rules.FORM_VERSION
    note: str = ""
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None
    helps: Sequence[Help] = ()
    #: The home as the phone knows it; not part of what was reported.
    household_id: UUID | None = None

    @property
    def fingerprint(self) -> str:
        """Of everything the phone said, in any order of its fields."""
        return rules.fingerprint(
            {
                "stop": self.stop_id,
                "made_at": self.made_at,
                "outcome": self.outcome,
                "note": self.note,
                "where": [self.latitude, self.longitude, self.accuracy_m],
                "helps": sorted(
                    (h.key, f"{h.to_state} {h.variant} {h.evidence} {h.stop_reason}{_slip(h)}")
                    for h in self.helps
                ),
            }
        )


def _slip(one: Help) -> str:
    """What was ticked and typed; nothing for the many that say neither."""
    if not one.ticked and not one.typed:
        return ""
    return f" {list(one.ticked)} {sorted(one.typed.items())}"


class Reused(Conflict):
    """A report's id came again with something else in it."""

    code = "reused"


@dataclass(frozen=True, slots=True)
class Receipt:
    """That the server has a report. `again`: it had it already, and nothing was changed."""

    report_id: UUID
    stored_at: datetime
    again: bool = False
    #: It was taken back since.
    undone: bool = False


def log_visit(
    session: orm.Session,
    report: VisitReport,
    *,
    actor: User,
    now: datetime,
    zone: ZoneInfo,
    ahead: timedelta = timedelta(),
) -> Receipt:
    """Store a report with the help it tells of. The same report again gives the same receipt.

    `ahead`: how far the phone's clock was ahead when it sent this. A report on a home that was
    moved, dropped or withdrawn since the phone was given it is stored and marked for the leader.

    Raises `Reused` when the id was used for something else, `NotAllowed` or `NotFound` for a
    stop that is not the actor's to report on, and what `assistance.prepare_steps` raises. Nothing
    has been written when it raises before its last lines, so a page may be shown again.
    """
    at = queries.stop_to_report(
        session,
        report.stop_id,
        report.report_id,
        actor=actor,
        household_id=report.household_id,
    )
    if at.stored is not None:
        return _again(report, at.stored, actor)
    happened_at = rules.believed(report.made_at, day=at.day, now=now, zone=zone, ahead=ahead)
    circumstances = Circumstances(
        form_id=report.report_id,
        channel=Channel.HOME,
        happened_at=happened_at,
        report_id=report.report_id,
    )
    prepared = assistance.prepare_steps(
        session, at.household_id, report.helps, circumstances, actor=actor, now=now
    )
    if prepared and prepared.redefined and at.lateness is None:
        at = replace(at, lateness=Lateness.REDEFINED)
    if not _insert(session, report, at, happened_at, actor=actor, now=now):
        # a second sending overtook this one
        return _overtaken(session, report, actor)
    if prepared and not at.recalled_at:
        assistance.store_steps(session, prepared, actor=actor, now=now)
    audit.record(
        session,
        actor=actor,
        action="visit.logged",
        subject=audit.Subject(Report, report.report_id),
        now=now,
        stop=report.stop_id,
        outcome=report.outcome,
        helps=len(report.helps),
        **({"late": at.lateness} if at.lateness else {}),
    )
    if not at.recalled_at:
        close(session, at.appointments, report.outcome, actor=actor, now=now)
    if at.leased:
        rounds.extend_lease(session, report.stop_id, now=now, zone=zone)
    return Receipt(report.report_id, now, undone=at.recalled_at is not None)


def _overtaken(session: orm.Session, report: VisitReport, actor: User) -> Receipt:
    stored = queries.stored(session, report.report_id)
    assert stored is not None
    return _again(report, stored, actor)


def _again(report: VisitReport, stored: Stored, actor: User) -> Receipt:
    if stored.fingerprint != report.fingerprint or stored.volunteer_id != actor.id:
        raise Reused(
            _(
                "This form was already used for another report, so nothing was stored. Open the"
                " home again and record what happened."
            )
        )
    return Receipt(
        report.report_id, stored.received_at, again=True, undone=stored.undone_at is not None
    )


def _insert(
    session: orm.Session,
    report: VisitReport,
    at: AtStop,
    happened_at: datetime,
    *,
    actor: User,
    now: datetime,
) -> bool:
    """Add the row unless its id is there; whether it was added."""
    added = _INSERT.run(
        session,
        id=report.report_id,
        stop_id=at.stop_id,
        household_id=at.household_id,
        volunteer_id=actor.id,
        outcome=report.outcome,
        made_at=report.made_at,
        received_at=now,
        happened_at=happened_at,
        note=report.note,
        latitude=report.latitude,
        longitude=report.longitude,
        accuracy_m=report.accuracy_m,
        form_version=report.form_version,
        fingerprint=report.fingerprint,
        undone_at=at.recalled_at,
        lateness=at.lateness,
        reviewed_at=None,
        carried_by_id=None,
    )
    return added == 1


#: Both engines say "unless it is there" alike, each in its own dialect's module.
_TABLE = cast("sa.Table", Report.__table__)
_INSERT = Prepared(
    {
        name: dialect.insert(_TABLE).on_conflict_do_nothing()
        for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
    }
)
