"""Lists of digests written for partners and taken in from them. No name and no number in either."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import User
from outreach.assistance.catalogue import programmes
from outreach.assistance.models import Case, Step
from outreach.assistance.queries import benefits
from outreach.core import audit
from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _
from outreach.households.models import Household, Resident
from outreach.households.services.imports import bulk
from outreach.identity import rules
from outreach.identity.models import OutsideBenefit, PersonKey, Told

#: First line of a list: what it is, and the label of the key it was made with.
FORMAT = "outreach-digests-1"
COLUMNS = ("programme", "told", "digest")
MOST = 200_000


def write(session: orm.Session, key: str, *, actor: User, now: datetime) -> str:
    """Who of the actor's area was given something, as CSV, in an order that tells nothing."""
    _refuse_without(key)
    rows = sorted(_digests(session, key, actor))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([(FORMAT, rules.label(key), ""), COLUMNS, *rows])
    audit.record(session, actor=actor, action="outside_benefit.sent", subject=OutsideBenefit,
                 now=now, rows=len(rows))  # fmt: skip
    return out.getvalue()


def _refuse_without(key: str) -> None:
    if not key:
        raise Refusal(_("No key is shared with partners. The administrator sets one."))


def _digests(session: orm.Session, key: str, actor: User) -> set[tuple[str, str, str]]:
    states = [(code, state) for code, known in benefits.giving().items() for state in known]
    rows = session.execute(
        sa.select(
            Case.programme, Resident.search_key, Resident.birth_year,
            PersonKey.shared_digest, PersonKey.shared_key,
        )
        .select_from(Case)
        .join(Step, Step.case_id == Case.id)
        .join(Household, Household.id == Case.household_id)
        .join(
            Resident,
            sa.or_(
                Resident.id == Case.resident_id,
                sa.and_(Case.resident_id.is_(None), Resident.household_id == Case.household_id),
            ),
        )
        .outerjoin(PersonKey, PersonKey.resident_id == Resident.id)
        .where(
            sa.tuple_(Case.programme, Step.to_state).in_(states),
            Step.undone_at.is_(None),
            Household.area_id.in_(scopes.areas(actor)),
        )
    )  # fmt: skip
    found = set()
    for programme, name, year, digest, made_with in rows:
        if digest and made_with == rules.label(key):
            found.add((programme, Told.NUMBER.value, digest))
        if year is not None:
            found.add((programme, Told.NAME.value, rules.of_name(key, name, year)))
    return found


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a partner's list."""

    lines: int
    known: int


def receive(
    session: orm.Session, source: str, content: bytes, key: str, *, actor: User, now: datetime
) -> Received:
    """Take in a partner's list in place of its last one. Raises Refusal in a sentence."""
    _refuse_without(key)
    lines = list(dict.fromkeys(_read(content, key)))
    session.execute(sa.delete(OutsideBenefit).where(OutsideBenefit.source == source))
    ours = _ours(session, key, actor)
    rows = [(*line, who) for line in lines for who in ours.get(line[1:], [None])]
    bulk.insert(
        session,
        OutsideBenefit,
        ("id", "programme", "told", "digest", "resident_id"),
        ((uuid4().hex, *line, who and who.hex) for *line, who in rows),
        source=source,
        shared_key=rules.label(key),
        received_at=now,
    )
    known = sum(who is not None for *_line, who in rows)
    audit.record(session, actor=actor, action="outside_benefit.received", subject=OutsideBenefit,
                 now=now, lines=len(lines), known=known)  # fmt: skip
    return Received(len(lines), known)


def _read(content: bytes, key: str) -> Iterator[tuple[str, str, str]]:
    rows = _rows(content)
    if next(rows, [])[:2] != [FORMAT, rules.label(key)]:
        raise Refusal(_("This is no list of digests, or it was made with another key."))
    if tuple(next(rows, ())) != COLUMNS:
        raise Refusal(_("This is no list of digests, or it was made with another key."))
    for number, row in enumerate(rows, start=3):
        if number > MOST or not _is_line(row):
            raise Refusal(_("Line %(n)s of the list cannot be read.", n=number))
        yield row[0], row[1], row[2]


def _rows(content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal(_("This is no list of digests, or it was made with another key.")) from error
    return csv.reader(io.StringIO(text))


def _is_line(row: list[str]) -> bool:
    digest = row[2] if len(row) == len(COLUMNS) else ""
    plain = len(digest) == 64 and set(digest) <= set("0123456789abcdef")
    return plain and row[0] in programmes() and row[1] in set(Told)


def _ours(session: orm.Session, key: str, actor: User) -> dict[tuple[Any, ...], list[UUID]]:
    """(what it was made of, digest) -> residents of the actor's area who have it."""
    found: dict[tuple[Any, ...], list[UUID]] = {}
    for told, digest, who in _of_ours(session, key, actor):
        found.setdefault((told, digest), []).append(who)
    return found


def _of_ours(session: orm.Session, key: str, actor: User) -> Iterable[tuple[str, str, UUID]]:
    mine = (
        sa.select(Resident.id, Resident.search_key, Resident.birth_year, PersonKey.shared_digest)
        .join(Household, Household.id == Resident.household_id)
        .outerjoin(PersonKey, PersonKey.resident_id == Resident.id)
        .where(Household.area_id.in_(scopes.areas(actor)), Resident.left_at.is_(None))
    )
    for who, name, year, digest in session.execute(mine, execution_options={"yield_per": 5_000}):
        if digest:
            yield Told.NUMBER.value, digest, who
        if year is not None:
            yield Told.NAME.value, rules.of_name(key, name, year), who
