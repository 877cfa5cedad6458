"""The texts there are: which gaps each has, how long a value may be, and what it may cost.

What a text says is a wording: the office's own, or the one that comes with the program in
`templates/sms`. Vietnamese is written with its accents and sent without them, unless somebody
asked for them, so that with the longest values a reminder still is one segment.
"""

from __future__ import annotations

import enum
import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from outreach.core.i18n import lazy_gettext as _
from outreach.core.settings import ROOT
from outreach.households.models import Language
from outreach.messaging.segments import BASIC, unaccented

FOLDER = ROOT / "templates" / "sms"


class Kind(enum.StrEnum):
    """What sort of value a gap takes."""

    SENDER = "sender"
    DAY = "day"
    WINDOW = "window"
    NAME = "name"
    CODE = "code"
    PHONE = "phone"
    LIST = "list"
    #: A whole sentence, its last space included, or nothing.
    PHRASE = "phrase"


@dataclass(frozen=True, slots=True)
class Gap:
    """One variable of a text, no longer than it is registered for."""

    name: str
    kind: Kind
    limit: int
    example: str
    #: The example in English, where it differs.
    english: str = ""

    def shown(self, language: Language) -> str:
        """The example in a language."""
        return self.english if self.english and language is Language.EN else self.example


#: At most 11 letters, as carriers register sender names.
SENDER = Gap("sender", Kind.SENDER, 11, "To CNSCD")
HOTLINE = Gap("hotline", Kind.PHONE, 13, "0274 3800 123")
DAY = Gap("day", Kind.DAY, 14, "Chủ nhật 22/11", "Sun 22/11")
WINDOW = Gap("window", Kind.WINDOW, 11, "08:00-10:00")
VISITOR = Gap("visitor", Kind.NAME, 10, "Đào")
CODE = Gap("code", Kind.CODE, 4, "4821")
REPLY = Gap(
    "reply",
    Kind.PHRASE,
    33,
    "Nhắn 1 đồng ý, 2 đổi, 0 dừng. ",
    "Reply 1 yes, 2 move, 0 stop. ",
)
_CODES = "08:00-10:00, mã 4821 (Đào), 1100 (Lan)"
VISITS = Gap("visits", Kind.LIST, 120, _CODES, _CODES.replace("mã", "code"))
TASKS = Gap("tasks", Kind.LIST, 66, "Kích hoạt VNeID, hạn 25/11", "Activate VNeID by 25/11")

ONE, TWO = (
    {Language.VI: n, Language.EN: n, Language.VI_ACCENTED: accented}
    for n, accented in ((1, 3), (2, 5))
)


@dataclass(frozen=True, slots=True)
class Template:
    """A kind of text. `budget` is the most segments it may cost at its longest, by language."""

    name: str
    about: str
    gaps: tuple[Gap, ...]
    budget: Mapping[Language, int]
    #: An answer to somebody who wrote to us: it does not count as one of their messages a day.
    answer: bool = False

    @property
    def required(self) -> tuple[str, ...]:
        """Gaps a wording may not leave out: everything but the way to answer."""
        return tuple(gap.name for gap in self.gaps if gap.kind is not Kind.PHRASE)

    def text(self, wording: str, language: Language, values: Mapping[str, str]) -> str:
        """The SMS. Values are kept to the alphabet of its language and cut to their limits."""
        fitting = {gap.name: _fitting(gap, values[gap.name], language) for gap in self.gaps}
        return _sent(wording, language).format(**fitting)

    def longest(self, wording: str, language: Language) -> str:
        """The text with every gap filled to its limit."""
        return self.text(wording, language, {gap.name: "W" * gap.limit for gap in self.gaps})

    def example(self, wording: str, language: Language) -> str:
        """The text as somebody might receive it."""
        return self.text(wording, language, {gap.name: gap.shown(language) for gap in self.gaps})


VISIT_REMINDER = Template(
    "visit_reminder",
    _("Reminder of one visit"),
    (SENDER, DAY, WINDOW, VISITOR, CODE, REPLY, HOTLINE),
    ONE,
)
VISIT_REMINDER_MANY = Template(
    "visit_reminder_many",
    _("Reminder of several visits on one phone"),
    (SENDER, DAY, VISITS, REPLY, HOTLINE),
    TWO,
)
VISIT_AND_TASKS = Template(
    "visit_and_tasks",
    _("Reminder of visits, with what is due"),
    (SENDER, DAY, VISITS, TASKS, REPLY, HOTLINE),
    TWO,
)
CASE_NOTICE = Template("case_notice", _("What is due"), (SENDER, TASKS, HOTLINE), ONE)
#: Shorter than `TASKS`: the sentence round it is longer.
WHAT = Gap("tasks", Kind.LIST, 50, "VNeID mức 2", "VNeID level 2")
FOLLOW_UP = Template("follow_up", _("Asking whether it still goes"), (SENDER, WHAT, HOTLINE), ONE)
OFFER = Template(
    "offer",
    _("Answer: three other times"),
    (
        SENDER,
        Gap("windows", Kind.LIST, 78, "A: T2 23/11 08:00-10:00; B: T3 24/11 08:00-10:00"),
        HOTLINE,
    ),
    ONE,
    answer=True,
)
MOVED = Template(
    "moved", _("Answer: the new time"), (SENDER, DAY, WINDOW, CODE, HOTLINE), ONE, answer=True
)
STOPPED = Template("stopped", _("Answer: no more messages"), (SENDER, HOTLINE), ONE, answer=True)
HELP = Template("help", _("Answer: who we are"), (SENDER, REPLY, HOTLINE), ONE, answer=True)

TEMPLATES = {
    template.name: template
    for template in (
        VISIT_REMINDER, VISIT_REMINDER_MANY, VISIT_AND_TASKS, CASE_NOTICE, FOLLOW_UP, OFFER,
        MOVED, STOPPED, HELP,
    )
}  # fmt: skip

#: The wording that is sent, by text and language.
Wordings = Mapping[tuple[str, Language], str]


@cache
def shipped(name: str, language: Language) -> str:
    """The wording that comes with the program."""
    return (FOLDER / language.value / f"{name}.txt").read_text(encoding="utf-8").strip()


@cache
def all_shipped() -> Wordings:
    """Every text in every language, as it comes with the program."""
    return {
        (name, language): shipped(name, language) for name in TEMPLATES for language in Language
    }


@lru_cache(maxsize=512)
def digest(wording: str, language: Language) -> str:
    """What a registration is for: exactly these words as they are sent."""
    return hashlib.sha256(_sent(wording, language).encode()).hexdigest()[:40]


@lru_cache(maxsize=512)
def _sent(wording: str, language: Language) -> str:
    """Composed; without accents unless they are wanted."""
    composed = unicodedata.normalize("NFC", wording)
    return composed if language is Language.VI_ACCENTED else unaccented(composed)


@lru_cache(maxsize=8192)  # senders, days, hours and names repeat through a whole ward
def _fitting(gap: Gap, value: str, language: Language) -> str:
    """One line in the language's alphabet, no longer than the gap."""
    line = " ".join(value.split())
    if gap.kind is Kind.PHRASE and value.endswith(" "):
        line += " "
    if language is Language.VI_ACCENTED:
        kept = "".join(c for c in unicodedata.normalize("NFC", line) if ord(c) <= 0xFFFF)
    else:
        kept = "".join(c for c in unaccented(line) if c in BASIC)
    kept = kept[: gap.limit]
    return kept if gap.kind is Kind.PHRASE else kept.strip()
