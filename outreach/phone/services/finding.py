"""A home on no list, found on the way: entered, put on the route, reported on, in one form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core import audit
from outreach.core.errors import Conflict
from outreach.core.i18n import gettext as _
from outreach.households import merging
from outreach.households import services as households
from outreach.households.models import Household
from outreach.households.services import Person
from outreach.phone import queries
from outreach.phone.models import FoundHome, Kind, Submission
from outreach.phone.queries import Near
from outreach.phone.services.kept import Sent, once
from outreach.rounds import services as rounds
from outreach.visits import services as visits
from outreach.visits.models import Outcome
from outreach.visits.services import Receipt, VisitReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a form says about a home that was found."""

    #: The stop of the own route that it stands near.
    near: UUID
    address: str
    landmark: str = ""
    note: str = ""
    hazards: Sequence[str] = ()
    #: As `merging.pin` writes it; empty where the phone did not know.
    pin: str = ""
    person: Person | None = None
    outcome: Outcome | None = None
    #: They were shown the homes it may be, and said it is another one.
    anyway: bool = False


class Suspected(Conflict):
    """It may be a home that is on the list already; nothing was stored."""

    code = "duplicate"

    def __init__(self, message: str, homes: Sequence[Household]) -> None:
        super().__init__(message)
        self.homes = homes


def add_home(
    session: orm.Session,
    found: Found,
    sent: Sent,
    *,
    ask: bool,
    actor: User,
    now: datetime,
    today: date,
    zone: ZoneInfo,
) -> Receipt:
    """Enter a home where a volunteer stands.

    With `ask`, raises `Suspected` before anything is written; without (a phone that sends later
    cannot be asked) it is stored, and a leader looks.
    """
    near = queries.near(session, found.near, actor=actor, today=today)
    alike = queries.homes_like(session, near.area_id, found.address)
    if ask and alike and not found.anyway and session.get(Submission, sent.id) is None:
        raise Suspected(_("There is a home like this already. Is it the same?"), alike)
    receipt = once(session, sent, Kind.NEW_HOME, actor=actor, now=now)
    if receipt.again:
        return receipt
    home = _entered(session, found, near, uuid5(sent.id, "home"), actor=actor, now=now)
    session.add(
        FoundHome(
            id=home.id,
            found_by_id=actor.id,
            at=now,
            perhaps_id=alike[0].id if alike and not found.anyway else None,
        )
    )
    stop_id = uuid5(sent.id, "stop")
    if near.route is not None:
        rounds.add_found(session, near.route, home, stop_id=stop_id, actor=actor, now=now)
    session.flush()
    if found.outcome is not None:
        report = VisitReport(
            report_id=uuid5(sent.id, "report"),
            stop_id=stop_id,
            household_id=home.id,
            made_at=sent.made_at,
            outcome=found.outcome,
        )
        visits.log_visit(session, report, actor=actor, now=now, zone=zone)
    return receipt


def _entered(
    session: orm.Session, found: Found, near: Near, id_: UUID, *, actor: User, now: datetime
) -> Household:
    latitude, longitude = merging.point(found.pin or near.pin)
    home = Household(
        id=id_,
        head_name="",
        area_id=near.area_id,
        address=found.address,
        landmark=found.landmark,
        note=found.note,
        hazards=list(found.hazards),
        latitude=latitude,
        longitude=longitude,
        created_at=now,
    )
    households.rename_keys(home)
    session.add(home)
    session.flush()
    audit.record(session, actor=actor, action="household.added", subject=home, now=now)
    if found.person is not None:
        households.join(session, home, found.person, actor=actor, now=now)
    return home
