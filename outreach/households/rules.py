"""Pure decisions about homes: the keys they are found and sorted by, and likely duplicates."""

from __future__ import annotations

import re
from collections.abc import Sequence

from outreach.core import text
from outreach.households.models import Consent, Purpose

#: How many characters a key column holds.
LONGEST_KEY = text.LONGEST_KEY
_NUMBERED = re.compile(r"(?:số(?: nhà)?\s+)?(\d\S*?),?\s+(.+)", re.IGNORECASE)


def search_key(address: str, landmark: str, head_name: str, code: str | None) -> str:
    """What a home is found by."""
    return text.fold(" ".join((head_name, address, landmark, code or "")))[:LONGEST_KEY]


def sort_key(address: str) -> str:
    """Street, then number: neighbours stand together, 12/2 before 12/10."""
    numbered = _NUMBERED.fullmatch(address)
    if numbered is None:
        return text.natural_key(address)
    number, street = numbered.groups()
    return f"{text.natural_key(street)} {text.natural_key(number)}"[:LONGEST_KEY]


def standing(consents: Sequence[Consent]) -> dict[Purpose, Consent]:
    """The newest act per purpose of one phone: that one holds."""
    return {act.purpose: act for act in sorted(consents, key=lambda act: (act.at, act.id))}
