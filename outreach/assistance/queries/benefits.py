"""Who was given the same thing before: as the same person for sure, or by name and birth year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any
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
    """What each of these people was given elsewhere: one query, however many people.

    A second one, where there are namesakes, tells apart those whose numbers are known to differ.
    """
    if not residents or not giving():
        return {}
    found: dict[UUID, dict[str, bool]] = defaultdict(dict)
    for who, programme, sure in _hits(session, residents):
        found[who][programme] = sure or found[who].get(programme, False)
    return {
        who: [Earlier(code, sure) for code, sure in sorted(known.items())]
        for who, known in found.items()
    }


def _given(other: type[Resident], programme: str, states: list[str]) -> sa.ColumnElement[bool]:
    """Whether they (or their home, for a home's programme) were given it.

    Asked of each person that was found: joined, an engine without figures begins with every case
    of the programme.
    """
    given = sa.exists().where(
        Case.programme == programme,
        Step.case_id == Case.id,
        Step.undone_at.is_(None),
        Step.to_state.in_(states),
    )
    # two questions, each with an index of its own
    of_the_home = sa.and_(Case.resident_id.is_(None), Case.household_id == other.household_id)
    return sa.or_(given.where(Case.resident_id == other.id), given.where(of_the_home))


_Hit = tuple[UUID, str, bool]
_SURE, _NAMESAKE = "sure", "namesake"


def _hits(session: orm.Session, residents: Collection[Resident]) -> Iterator[_Hit]:
    ids = [one.id for one in residents]
    by_programme = (
        part
        for programme, states in giving().items()
        for part in (_by_number(ids, programme, states), _by_name(residents, programme, states))
    )
    parts = sa.union_all(_outside(ids), *by_programme)
    namesakes = []
    for kind, who, programme, *other in session.execute(parts):
        if kind == _SURE or other[0] is None:
            yield who, programme, kind == _SURE
        else:
            namesakes.append((programme, who, *other))
    if namesakes:
        yield from _namesakes(session, residents, namesakes)


def _columns(kind: str | sa.Case[str], *columns: Any) -> sa.Select[Any]:
    """One part of the union: what is not known of it is empty, in the type of the others."""
    types = (sa.String(400), sa.Integer(), sa.Uuid(), sa.String(64), sa.String(8))
    empty = (sa.cast(sa.null(), one) for one in types) if len(columns) == 2 else ()
    first = sa.literal(kind) if isinstance(kind, str) else kind
    return sa.select(first, *columns, *empty).distinct()


def _by_number(ids: Collection[UUID], programme: str, states: list[str]) -> sa.Select[Any]:
    mine, theirs = orm.aliased(PersonKey), orm.aliased(PersonKey)
    other = orm.aliased(Resident)
    return (
        _columns(_SURE, mine.resident_id, sa.literal(programme))
        .select_from(mine)
        .join(theirs, sa.and_(theirs.digest == mine.digest, theirs.id != mine.id))
        .join(other, other.id == theirs.resident_id)
        .where(mine.resident_id.in_(ids), _given(other, programme, states))
    )


def _outside(ids: Collection[UUID]) -> sa.Select[Any]:
    told = sa.case((OutsideBenefit.told == Told.NUMBER, _SURE), else_=_NAMESAKE)
    return _columns(told, OutsideBenefit.resident_id, OutsideBenefit.programme).where(
        OutsideBenefit.resident_id.in_(ids)
    )


def _by_name(residents: Collection[Resident], programme: str, states: list[str]) -> sa.Select[Any]:
    """Whoever has one of these names and years and was given it, with what tells people apart."""
    known = [one for one in residents if one.birth_year is not None]
    other = orm.aliased(Resident)
    return (
        _columns(
            _NAMESAKE, other.id, sa.literal(programme), other.search_key, other.birth_year,
            other.household_id, PersonKey.digest, PersonKey.pepper,
        )
        .select_from(other)
        .outerjoin(PersonKey, PersonKey.resident_id == other.id)
        .where(
            other.search_key.in_({one.search_key for one in known}),
            other.birth_year.in_({one.birth_year for one in known}),
            _given(other, programme, states),
        )
    )  # fmt: skip


def _namesakes(
    session: orm.Session, residents: Collection[Resident], found: Collection[tuple[Any, ...]]
) -> Iterator[_Hit]:
    """Who of these people has a namesake of the same year in another home, numbers permitting."""
    keys = _keys(session, [one.id for one in residents])
    for programme, id_, name, year, home, digest, pepper in found:
        for one in residents:
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
