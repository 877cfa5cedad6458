"""Who was given the same thing before: as the same person for sure, or by name and birth year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.assistance.catalogue import programmes
from outreach.assistance.models import Case, Step
from outreach.households.models import Resident
from outreach.identity.models import OutsideBenefit, PersonKey, Told


@dataclass(frozen=True, slots=True)
class Earlier:
    """That something was given before. Whom and by which team is nobody's business here."""

    programme: str
    #: By the same identity number; otherwise a namesake born in the same year.
    sure: bool


def giving() -> dict[str, list[str]]:
    """Programme -> its states that mean something was given."""
    found = {
        one.code: [state.code for state in one.states.values() if state.gives]
        for one in programmes().values()
    }
    return {code: states for code, states in found.items() if states}


def earlier(session: orm.Session, residents: Collection[Resident]) -> dict[UUID, list[Earlier]]:
    """What each of these people was given elsewhere: three queries, however many people."""
    if not residents or not giving():
        return {}
    found: dict[UUID, dict[str, bool]] = defaultdict(dict)
    for who, programme, sure in (
        *_by_number(session, residents),
        *_by_name(session, residents),
        *_outside(session, residents),
    ):
        found[who][programme] = sure or found[who].get(programme, False)
    return {
        who: [Earlier(code, sure) for code, sure in sorted(known.items())]
        for who, known in found.items()
    }


def _given(other: type[Resident]) -> sa.ColumnElement[bool]:
    """Joins cases to whom they are about (everybody of the home, for a home's), given to only."""
    states = [(code, state) for code, states in giving().items() for state in states]
    reached = sa.exists().where(
        Step.case_id == Case.id,
        Step.undone_at.is_(None),
        sa.tuple_(Case.programme, Step.to_state).in_(states),
    )
    whose = sa.or_(
        Case.resident_id == other.id,
        sa.and_(Case.resident_id.is_(None), Case.household_id == other.household_id),
    )
    return sa.and_(whose, Case.programme.in_(list(giving())), reached)


_Hit = tuple[UUID, str, bool]


def _by_number(session: orm.Session, residents: Collection[Resident]) -> Iterator[_Hit]:
    mine, theirs = orm.aliased(PersonKey), orm.aliased(PersonKey)
    other = orm.aliased(Resident)
    rows = session.execute(
        sa.select(mine.resident_id, Case.programme)
        .select_from(mine)
        .join(theirs, sa.and_(theirs.digest == mine.digest, theirs.id != mine.id))
        .join(other, other.id == theirs.resident_id)
        .join(Case, _given(other))
        .where(mine.resident_id.in_([one.id for one in residents]))
        .distinct()
    )
    for who, programme in rows:
        yield who, programme, True


def _by_name(session: orm.Session, residents: Collection[Resident]) -> Iterator[_Hit]:
    """Namesakes of the same year, but not those whose identity numbers tell them apart."""
    mine = {one.id: one for one in residents if one.birth_year is not None}
    if not mine:
        return
    other = orm.aliased(Resident)
    rows = session.execute(
        sa.select(
            other.id, other.household_id, other.search_key, other.birth_year, Case.programme,
            PersonKey.digest, PersonKey.pepper,
        )
        .select_from(other)
        .join(Case, _given(other))
        .outerjoin(PersonKey, PersonKey.resident_id == other.id)
        .where(other.search_key.in_({one.search_key for one in mine.values()}))
        .distinct()
    ).all()  # fmt: skip
    keys = _keys(session, mine) if rows else {}
    for id_, home, name, year, programme, digest, pepper in rows:
        for one in mine.values():
            same = (one.search_key, one.birth_year) == (name, year)
            if same and one.id != id_ and one.household_id != home:
                own = keys.get(one.id)
                told_apart = own and digest and own[1] == pepper and own[0] != digest
                if not told_apart:
                    yield one.id, programme, False


def _keys(session: orm.Session, ids: Collection[UUID]) -> dict[UUID, tuple[str, str]]:
    rows = session.execute(
        sa.select(PersonKey.resident_id, PersonKey.digest, PersonKey.pepper).where(
            PersonKey.resident_id.in_(ids)
        )
    )
    return {who: (digest, pepper) for who, digest, pepper in rows}


def _outside(session: orm.Session, residents: Collection[Resident]) -> Iterator[_Hit]:
    rows = session.execute(
        sa.select(OutsideBenefit.resident_id, OutsideBenefit.programme, OutsideBenefit.told)
        .where(OutsideBenefit.resident_id.in_([one.id for one in residents]))
        .distinct()
    )
    for who, programme, told in rows:
        if who is not None:
            yield who, programme, told is Told.NUMBER
