"""The registered wordings: files with named gaps, each gap no longer than it was registered for.

Everything is unaccented, so that with the longest values every text still is one GSM segment.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from outreach.core.settings import ROOT
from outreach.messaging.segments import BASIC, unaccented

FOLDER = ROOT / "templates" / "sms"


@dataclass(frozen=True, slots=True)
class Template:
    """A wording as it is registered: its name, and how long each value may be."""

    name: str
    limits: dict[str, int]

    def text(self, language: str, **values: str) -> str:
        """The SMS. Values are unaccented, kept to the cheap alphabet and cut to their limits."""
        fitting = {
            name: _plain(values[name])[:limit].strip() for name, limit in self.limits.items()
        }
        return _wording(language, self.name).format(**fitting)

    def longest(self, language: str) -> str:
        """The text with every gap filled to its limit."""
        return self.text(language, **{name: "W" * limit for name, limit in self.limits.items()})


#: At most 11 letters, as carriers register sender names.
SENDER = 11
HOTLINE = 13
DAY = 14

VISIT_REMINDER = Template(
    "visit_reminder",
    {"sender": SENDER, "day": DAY, "window": 11, "visitor": 10, "code": 4, "hotline": HOTLINE},
)
VISIT_REMINDER_MANY = Template(
    "visit_reminder_many", {"sender": SENDER, "day": DAY, "visits": 46, "hotline": HOTLINE}
)
TEMPLATES = (VISIT_REMINDER, VISIT_REMINDER_MANY)


@lru_cache(maxsize=4096)  # senders, days, hours and names repeat through a whole ward
def _plain(value: str) -> str:
    """One line of characters that take one unit each."""
    return "".join(c for c in " ".join(unaccented(value).split()) if c in BASIC)


@cache
def _wording(language: str, name: str) -> str:
    return (FOLDER / language / f"{name}.txt").read_text(encoding="utf-8").strip()
