"""What is worth knowing while a wording is written: its price, words that become alike, trims."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from outreach.core.text import nfc
from outreach.households.models import Language
from outreach.messaging.segments import Measure, measure, unaccented
from outreach.notifications.lint import Finding, findings
from outreach.notifications.texts import Template

_WORD = re.compile(r"[^\W\d_]+")
#: Longer ways to say it, and shorter ones that everybody reads the same, in both languages.
_TRIMS = (
    (r"[ \t]{2,}", " "),
    (r"ủy ban nhân dân|uỷ ban nhân dân|uy ban nhan dan", "UBND"),
    (r"tổ công nghệ số cộng đồng", "Tổ CNSCĐ"),
    (r"to cong nghe so cong dong", "To CNSCD"),
    (r"tổ công nghệ số", "Tổ CNS"),
    (r"to cong nghe so", "To CNS"),
    (r"kính gửi ông/bà[,:]?\s*|kinh gui ong/ba[,:]?\s*", ""),
    (r"xin vui lòng |vui lòng |xin vui long |vui long |please ", ""),
    (r"điện thoại", "ĐT"),
    (r"dien thoai", "DT"),
    (r"khu phố|khu pho", "KP"),
    (r"trân trọng( cảm ơn)?[.!]?|tran trong( cam on)?[.!]?", ""),
    (r"xin cảm ơn[.!]?|xin cam on[.!]?|thank you[.!]?", ""),
    (r"một thành viên của |mot thanh vien cua ", ""),
    (r"community digital technology team", "digital team"),
)


@dataclass(frozen=True, slots=True)
class Alike:
    """Words that a reader cannot tell apart once the accents are gone."""

    plain: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trim:
    """A shorter way to say it that saves segments."""

    text: str
    saves: int


@dataclass(frozen=True, slots=True)
class Advice:
    """Everything a page shows under a wording. `usual` is the example, `longest` the worst case."""

    faults: list[Finding]
    example: str
    usual: Measure | None
    longest: Measure | None
    with_accents: Measure | None
    alike: list[Alike]
    trim: Trim | None
    warns: bool

    @property
    def usable(self) -> bool:
        return not self.faults


def advise(
    text: str, template: Template, language: Language, *, hotlines: frozenset[str] = frozenset()
) -> Advice:
    """Look at a wording as it would be sent: composed, in its language's alphabet."""
    text = nfc(text.strip())
    faults = findings(text, template, language, hotlines=hotlines)
    try:
        example, longest = template.example(text, language), template.longest(text, language)
        accented = template.example(text, Language.VI_ACCENTED)
        # the sender's name is registered without accents, so it says nothing about the words
        own_words = template.example(text.replace("{sender}", ""), Language.VI_ACCENTED)
    except (KeyError, ValueError, IndexError, AttributeError):
        return Advice(faults, "", None, None, None, [], None, warns=False)
    dear = measure(longest).segments
    return Advice(
        faults=faults,
        example=example,
        usual=measure(example),
        longest=measure(longest),
        with_accents=measure(accented) if language is Language.VI else None,
        alike=alike(own_words) if language is Language.VI else [],
        trim=trim(text, template, language, dear),
        warns="otp" in example.casefold(),
    )


def alike(text: str) -> list[Alike]:
    """Words of this text that differ only by accents: "thứ" and "thu" are both sent as "thu"."""
    found: dict[str, dict[str, None]] = {}
    for word in _WORD.findall(unicodedata.normalize("NFC", text).casefold()):
        found.setdefault(unaccented(word), {})[word] = None
    return [Alike(plain, tuple(words)) for plain, words in found.items() if len(words) > 1]


def trim(text: str, template: Template, language: Language, dear: int) -> Trim | None:
    """The first shortening, alone or with those before it, that saves a segment at the longest."""
    for shorter in _shorter(text):
        cost = measure(template.longest(shorter, language)).segments
        if cost < dear:
            return Trim(shorter, dear - cost)
    return None


def _shorter(text: str) -> Iterator[str]:
    for pattern, short in _TRIMS:
        trimmed = re.sub(pattern, short, text, flags=re.IGNORECASE)
        if trimmed != text:
            text = trimmed.strip()
            yield text
