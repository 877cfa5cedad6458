"""The ordinary report read at once: most say what happened, when and where, and have no note.

Building a form of WTForms took a sixth of storing a report. What this does not take as plain goes
through the form, which knows what is wrong with it; what it takes, the form would take alike (a
random test holds the two together).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from outreach.visits import rules
from outreach.visits.models import Outcome

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_DEGREES = re.compile(r"-?\d{1,3}(\.\d{1,20})?", re.ASCII)
_OUTCOMES = {outcome.value: outcome for outcome in Outcome}
_VERSIONS = {str(version): version for version in rules.FORM_VERSIONS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The fields of one report, but the help it tells of."""

    report_id: UUID
    made_at: datetime
    form_version: int
    outcome: Outcome
    note: str
    latitude: float | None
    longitude: float | None
    accuracy_m: float | None
    household_id: UUID | None


def read(data: Mapping[str, str]) -> Told | None:
    """The report, or None when a form should have a look at it."""
    version, outcome = _VERSIONS.get(data.get("form_version", "")), data.get("outcome", "")
    if version is None or outcome not in _OUTCOMES or data.get("note"):
        return None
    try:
        made_at = datetime.fromisoformat(data.get("made_at", ""))
        if made_at.tzinfo is None:
            return None
        home = data.get("household_id", "") if version > 1 else ""
        return Told(
            report_id=_uuid(data.get("report_id", "")),
            made_at=made_at.astimezone(UTC),
            form_version=version,
            outcome=_OUTCOMES[outcome],
            note="",
            latitude=_number(data.get("latitude", ""), 90),
            longitude=_number(data.get("longitude", ""), 180),
            accuracy_m=_number(data.get("accuracy_m", ""), 999, least=0),
            household_id=_uuid(home) if home else None,
        )
    except (ValueError, OverflowError):
        return None


def _uuid(text: str) -> UUID:
    if not _UUID.fullmatch(text):
        raise ValueError
    return UUID(text)


def _number(text: str, most: float, *, least: float | None = None) -> float | None:
    if not text:
        return None
    if not _DEGREES.fullmatch(text):
        raise ValueError
    number = float(text)
    if not (-most if least is None else least) <= number <= most:
        raise ValueError
    return number
