"""What sheets of paper say of people besides their names: what each of them misses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import orm

from outreach.assistance import queries as assistance
from outreach.assistance import rules as help_rules
from outreach.assistance.definitions import Pillar
from outreach.households.models import Resident


def missing(
    session: orm.Session, people: Mapping[UUID, Sequence[Resident]], *, on: date
) -> dict[UUID, tuple[Pillar, ...]]:
    """For each resident of these homes, the pillars not had yet. One query."""
    cases = assistance.standings(session, list(people))
    return {
        one.id: help_rules.person_card(
            [*cases.get((home, None), ()), *cases.get((home, one.id), ())], one.birth_year, on
        ).missing()
        for home, living in people.items()
        for one in living
    }
