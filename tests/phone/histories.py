"""A small world for random histories: two phones, a leader, and a server that may die or stay mute.

Everything of one history happens in one database transaction that is rolled back at its end, so
that hundreds of them need one world.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4, uuid5

import sqlalchemy as sa
from flask.testing import FlaskClient

from outreach.accounts.models import User
from outreach.core.db import Session
from outreach.core.errors import Refusal
from outreach.households import merging
from outreach.households import services as households
from outreach.households.models import Household, Resident
from outreach.households.services import Entry, Person
from outreach.phone import sealing
from outreach.rounds import services as editing
from outreach.rounds.models import Handout, Round, Stop
from outreach.web import Outreach
from tests.factories.visits import DAY
from tests.visits.sending import JSON
from tests.visits.test_services import ZONE


@dataclass
class Kept:
    """One form in a phone's outbox, with what the test expects of it."""

    id: UUID
    kind: str
    path: str
    body: str
    home: UUID | None = None
    outcome: str = ""
    helped: bool = False
    reports: tuple[UUID, ...] = ()
    state: str = "waiting"
    reason: str = ""


@dataclass
class Phone:
    """What one volunteer's phone knows and holds."""

    user: User
    client: FlaskClient
    device: UUID
    #: stop -> (home, note) as it was when the phone last asked.
    known: dict[UUID, tuple[UUID, str]] = field(default_factory=dict)
    #: person -> name as it was then, or as this phone changed it since.
    names: dict[UUID, str] = field(default_factory=dict)
    kept: list[Kept] = field(default_factory=list)

    @property
    def waiting(self) -> list[Kept]:
        return [one for one in self.kept if one.state == "waiting"]

    def stop(self, n: int) -> UUID | None:
        return sorted(self.known)[n % len(self.known)] if self.known else None


@dataclass
class History:
    """One run: the world as it changes."""

    app: Outreach
    leader: User
    leaders: FlaskClient
    round_id: UUID
    homes: list[UUID]
    persons: dict[UUID, UUID]
    phones: list[Phone]
    now: datetime
    set_clock: Callable[[datetime], None]
    dies: bool = False
    #: Pages that stand open at the leader's desk: what they showed of a home or of a person.
    desk: dict[UUID, dict[str, str]] = field(default_factory=dict)
    #: What the desk said of whom: (home or person, field, text).
    said: list[tuple[UUID, str, str]] = field(default_factory=list)

    def tick(self) -> None:
        self.now += timedelta(minutes=3)
        self.set_clock(self.now)

    # --- what a phone does ---------------------------------------------------------------
    def refresh(self, phone: Phone) -> None:
        with self.app.db.transaction(read_only=True) as session:
            rows = session.execute(
                sa.select(Handout.stop_id, Handout.household_id, Household.note)
                .join(Handout.household)
                .where(Handout.volunteer_id == phone.user.id, Handout.taken_at.is_(None))
            )
            phone.known = {stop: (home, note) for stop, home, note in rows}
            named = sa.select(Resident.id, Resident.name)
            phone.names = {row.id: row.name for row in session.execute(named)}

    def report(self, phone: Phone, n: int, outcome: str, skew: int, *, helped: bool) -> None:
        stop = phone.stop(n)
        if stop is None:
            return
        home, _note = phone.known[stop]
        id_ = uuid4()
        told = self._stamp(id_, skew) | {"outcome": outcome, "household_id": str(home)}
        if helped and outcome == "met":
            told[f"help.vneid_l2.{self.persons[home]}"] = ("captured", "activated")[n % 2]
        phone.kept.append(
            Kept(id_, "report", f"/stops/{stop}/report", urlencode(told), home, outcome, helped)
        )

    def absent(self, phone: Phone, n: int, skew: int) -> None:
        stops = sorted(phone.known)[n % 2 : n % 2 + 2]
        if not stops:
            return
        id_ = uuid4()
        told = {**self._stamp(id_, skew, version=1), "stop": [str(stop) for stop in stops]}
        reports = tuple(uuid5(id_, str(stop)) for stop in stops)
        body = urlencode(told, doseq=True)
        phone.kept.append(Kept(id_, "absent", "/today/absent", body, reports=reports))

    def edit(self, phone: Phone, n: int, skew: int) -> None:
        stop = phone.stop(n)
        if stop is None:
            return
        home, note = phone.known[stop]
        id_, wanted = uuid4(), f"ghi chú {len(phone.kept)} {phone.user.name}"
        told = self._stamp(id_, skew, version=1) | {"note": wanted, "was.note": note}
        phone.kept.append(Kept(id_, "edit", f"/homes/{home}", urlencode(told), home))
        phone.known[stop] = home, wanted

    def rename(self, phone: Phone, n: int, skew: int) -> None:
        stop = phone.stop(n)
        if stop is None:
            return
        person = self.persons[phone.known[stop][0]]
        id_, wanted = uuid4(), f"Lê Thị {_spelled(len(phone.kept))} {phone.user.name}"
        told = self._stamp(id_, skew, version=1)
        told |= {"name": wanted, "was.name": phone.names[person]}
        phone.kept.append(Kept(id_, "edit", f"/people/{person}", urlencode(told)))
        phone.names[person] = wanted

    def undo(self, phone: Phone, n: int) -> None:
        made = [one for one in phone.kept if one.kind == "report"]
        if made:
            id_ = made[n % len(made)].id
            phone.kept.append(Kept(id_, "undo", f"/reports/{id_}/undo", ""))

    def _stamp(self, id_: UUID, skew: int, *, version: int = 2) -> dict[str, str]:
        made_at = self.now + timedelta(hours=skew)
        return {
            "report_id": str(id_),
            "made_at": made_at.isoformat(),
            "form_version": str(version),
        }

    def send(self, phone: Phone, how: str, fate: str, seed: int) -> None:
        """One journey: `fate` is ok, lost (stored, the answer never comes) or killed."""
        due = phone.waiting
        Random(seed).shuffle(due)
        self.dies = fate == "killed"
        try:
            answers = self._together(phone, due) if how == "batch" else self._singly(phone, due[:2])
        finally:
            self.dies = False
        if fate == "ok":
            for one, (status, told) in zip(due, answers, strict=False):
                settle(one, status, told)

    def _singly(self, phone: Phone, due: list[Kept]) -> list[tuple[int, Any]]:
        kind = "application/x-www-form-urlencoded"
        answers = (
            phone.client.post(one.path, data=one.body, content_type=kind, headers=JSON)
            for one in due
        )
        return [(answer.status_code, answer.json) for answer in answers]

    def _together(self, phone: Phone, due: list[Kept]) -> list[tuple[int, Any]]:
        items = [{"path": one.path, "body": one.body} for one in due]
        told: Any = {"items": items, "held": len(due)}
        told = phone.client.post("/outbox", json=told, headers=JSON).json
        told = told.get("items", [])
        return [(one["status"], one) for one in told]

    def relay(self, phone: Phone) -> None:
        """The leader carries everything that waits; the phone does not hear of it."""
        items = [{"path": one.path, "body": one.body} for one in phone.waiting]
        key = sealing.key_of("test", phone.device, DAY)
        queue = sealing.seal(items, key, phone.device, DAY)
        headers = {**JSON, "Content-Type": "application/json"}
        assert self.leaders.post("/relay", data=queue, headers=headers).status_code == 200

    # --- what the leader does ------------------------------------------------------------
    def lead(self, act: str, n: int) -> None:
        with suppress(Refusal), self.app.db.transaction() as session:
            getattr(self, f"_{act}")(session, n)

    def _edit(self, session: Session) -> editing.Edit:
        round_ = session.get_one(Round, self.round_id)
        leader = session.get_one(User, self.leader.id)
        return editing.Edit(session, round_, revision=None, actor=leader, now=self.now, zone=ZONE)

    def _stop(self, session: Session, n: int) -> Stop:
        found = session.scalars(
            sa.select(Stop).where(Stop.round_id == self.round_id).order_by(Stop.id)
        ).all()
        if not found:
            raise Refusal
        return found[n % len(found)]

    def _move(self, session: Session, n: int) -> None:
        edit, stop = self._edit(session), self._stop(session, n)
        others = [route for route in edit.picture.routes if route.id != stop.route_id]
        editing.move_stop(edit, stop.id, others[n % len(others)].id, 1)

    def _remove(self, session: Session, n: int) -> None:
        editing.remove_stop(self._edit(session), self._stop(session, n).id)

    def _add(self, session: Session, n: int) -> None:
        edit = self._edit(session)
        route = edit.picture.routes[n % 2]
        editing.add_home(edit, self.homes[n % len(self.homes)], route.id)

    def _open(self, session: Session, n: int) -> None:
        """A home's page and a person's, left standing open."""
        home = session.get_one(Household, self.homes[n % len(self.homes)])
        person = session.get_one(Resident, self.persons[home.id])
        self.desk[home.id] = merging.of_home(home) | {"area": str(home.area_id)}
        self.desk[person.id] = merging.of_person(person)

    def _save(self, session: Session, n: int) -> None:
        """What was typed into the pages that stood open the longest, whatever happened since."""
        if not self.desk:
            raise Refusal
        home_id = next(iter(self.desk))
        seen, told = self.desk.pop(home_id), f"bàn làm việc {len(self.said)}"
        leader, home = session.get_one(User, self.leader.id), session.get_one(Household, home_id)
        latitude, longitude = merging.point(seen["pin"])
        entry = Entry(
            home.area_id, seen["address"], code=seen["code"] or None, landmark=seen["landmark"],
            needs_home_visit=bool(seen["needs_home_visit"]), note=told,
            latitude=latitude, longitude=longitude,
        )  # fmt: skip
        households.change(session, home_id, entry, actor=leader, now=self.now, seen=seen)
        self.said.append((home_id, "note", told))
        person_id = self.persons[home_id]
        seen, name = self.desk.pop(person_id), f"Bàn {_spelled(len(self.said))}"
        person = Person(
            name=name, birth_year=int(seen["birth_year"] or 0) or None, relation=seen["relation"]
        )
        households.change_person(session, person_id, person, actor=leader, now=self.now, seen=seen)
        self.said.append((person_id, "name", name))

    def _withdraw(self, session: Session, _n: int) -> None:
        round_ = session.get_one(Round, self.round_id)
        editing.withdraw(session, round_, actor=self.leader, now=self.now)

    def _publish(self, session: Session, _n: int) -> None:
        round_ = session.get_one(Round, self.round_id)
        editing.publish(session, round_, actor=self.leader, now=self.now, zone=ZONE)

    def _close(self, session: Session, _n: int) -> None:
        round_ = session.get_one(Round, self.round_id)
        editing.close(session, round_, actor=self.leader, now=self.now, zone=ZONE)


def _spelled(number: int) -> str:
    """A number as letters: names with digits are refused."""
    return "".join("abcdefghij"[int(digit)] for digit in str(number))


def settle(one: Kept, status: int, told: Any) -> None:
    """What an outbox makes of an answer: only a receipt or a refusal with a reason ends waiting."""
    if one.state != "waiting" or status >= 500:
        return
    if status == 200 and told["receipt"]["id"] == str(one.id):
        one.state = "stored"
    elif 400 <= status < 500:
        one.state, one.reason = "refused", told["error"]
