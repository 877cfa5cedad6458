"""Reads of stored definitions, and of how many cases stand where in a programme."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.assistance.catalogue import Stored
from outreach.assistance.models import Case, Definition


def how_many(session: orm.Session) -> int:
    """Stored versions of all programmes."""
    return session.scalar(sa.select(sa.func.count()).select_from(Definition)) or 0


def stored(session: orm.Session) -> list[Stored]:
    """Every stored version, oldest first within its programme."""
    rows = session.execute(
        sa.select(Definition.programme, Definition.version, Definition.text).order_by(
            Definition.programme, Definition.version
        )
    )
    return [Stored(*row) for row in rows]


def versions(session: orm.Session, code: str) -> Sequence[Definition]:
    """What was stored of one programme, with who did, the newest first."""
    found = session.scalars(
        sa.select(Definition)
        .where(Definition.programme == code)
        .options(orm.joinedload(Definition.actor))
        .order_by(Definition.version.desc())
    )
    return list(found)


def standing(session: orm.Session, code: str) -> dict[str, int]:
    """How many cases of a programme stand in each state, finished ones too."""
    rows = session.execute(
        sa.select(Case.state, sa.func.count())
        .where(Case.programme == code, Case.state.is_not(None))
        .group_by(Case.state)
    )
    return {state or "": count for state, count in rows}


def chosen_variants(session: orm.Session, code: str) -> dict[str, int]:
    """How many cases of a programme have each variant."""
    rows = session.execute(
        sa.select(Case.variant, sa.func.count())
        .where(Case.programme == code, Case.variant.is_not(None))
        .group_by(Case.variant)
    )
    return {variant or "": count for variant, count in rows}


def used(session: orm.Session) -> dict[str, int]:
    """How many cases each programme has."""
    rows = session.execute(sa.select(Case.programme, sa.func.count()).group_by(Case.programme))
    return {row.programme: row[1] for row in rows}
