"""What a reply means. Only what is plainly one thing is taken for it; the rest a person reads.

Vietnamese is understood with its accents and without, word by word; a word with other accents is
another word: "đợi" (wait) is not "đổi" (change), though both are typed "doi".
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from outreach.core.text import unaccent
from outreach.notifications.models import Meaning

#: Whole answers.
_WORDS = {
    Meaning.CONFIRM: (
        "1",
        "ok",
        "oke",
        "okay",
        "okie",
        "đồng ý",
        "đy",
        "có",
        "được",
        "yes",
        "y",
        "xác nhận",
        "nhất trí",
        "confirm",
        "confirmed",
        "agree",
        "agreed",
        "tôi đồng ý",
        "mình đồng ý",
        "gia đình đồng ý",
    ),
    Meaning.MOVE: (
        "2",
        "đổi",
        "đổi giờ",
        "đổi lịch",
        "đổi hẹn",
        "đổi ngày",
        "hẹn lại",
        "đổi giờ khác",
        "đổi lịch hẹn",
        "xin đổi",
        "xin đổi giờ",
        "xin hẹn lại",
        "move",
        "change",
        "reschedule",
        "another time",
        "other time",
    ),
    Meaning.STOP: (
        "0",
        "stop",
        "từ chối",
        "tc",
        "hủy",
        "huỷ",
        "dừng",
        "ngừng",
        "ngưng",
        "ngừng nhắn tin",
        "dừng nhắn tin",
        "hủy tin",
        "hủy nhận tin",
        "huỷ nhận tin",
        "dừng nhận tin",
        "ngừng nhận tin",
        "không nhận tin",
        "không nhận tin nữa",
        "đừng gửi nữa",
        "ngừng gửi",
        "unsubscribe",
        "stopall",
        "stop all",
        "end",
        "quit",
        "cancel",
        "opt out",
        "optout",
    ),
    Meaning.HELP: (
        "help",
        "info",
        "trợ giúp",
        "giúp",
        "giúp đỡ",
        "hỗ trợ",
        "ai vậy",
        "ai đây",
        "là ai",
        "who is this",
        "who are you",
    ),
}
#: Typed without accents these are also something else: "dung" is "đúng" (right) as well as "dừng".
_ONLY_ACCENTED = frozenset({"dừng"})
#: Yes by themselves, manners when something else is said.
_YES = ("dạ", "vâng", "ừ", "uh", "um")
#: Manners at either end that change nothing.
_POLITE = (
    "cảm",
    "ơn",
    "cám",
    "xin",
    "thank",
    "thanks",
    "you",
    "please",
    "nhé",
    "nha",
    "nhen",
    "ạ",
    "à",
    "em",
    "chị",
    "anh",
    "cô",
    "chú",
    "bác",
    "bạn",
    "ơi",
    "ông",
    "bà",
    "giúp",
    "giùm",
    "với",
    *_YES,
)
_NOISE = re.compile(r"[\s.,;:!\"'()\-_*#/]+")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was understood. `choice` is 0, 1 or 2 for A, B or C."""

    meaning: Meaning
    choice: int | None = None


UNCLEAR = Answer(Meaning.UNCLEAR)


def understand(text: str, *, keyword: str = "") -> Answer:
    """The meaning of a whole reply; a short code's keyword before it is left out."""
    composed = unicodedata.normalize("NFKC", text).casefold()
    if composed.strip() == "?":
        return Answer(Meaning.HELP)
    words = _NOISE.sub(" ", unicodedata.normalize("NFC", composed)).split()
    if words and keyword and words[0] == keyword.casefold():
        del words[0]
    if choice := _choice(words):
        return choice
    found = _meaning(words)
    if found is None and "?" not in composed:
        found = _meaning(_bare(words)) or _plain_yes(words)
    return Answer(found) if found else UNCLEAR


def _choice(words: list[str]) -> Answer | None:
    """One of the letters by itself: "vâng a" is a polite yes and no choice."""
    if words[:1] and words[0] in {"a", "b", "c"} and set(words[1:]) <= {"nhé", "nhe", "nha"}:
        return Answer(Meaning.CHOICE, "abc".index(words[0]))
    return None


def _meaning(words: list[str]) -> Meaning | None:
    for spoken, meaning in _KNOWN.get(" ".join(map(unaccent, words)), ()):
        if all(_same(word, said) for word, said in zip(spoken, words, strict=True)):
            return meaning
    return None


def _same(word: str, said: str) -> bool:
    """Whether what was typed is this word, with its accents or with none."""
    return said == word or (said == unaccent(word) and word not in _ONLY_ACCENTED)


def _bare(words: list[str]) -> list[str]:
    """Without the manners round it: "dạ đồng ý ạ" says "đồng ý"."""
    first, last = 0, len(words)
    while first < last and _is_one_of(words[first], _POLITE):
        first += 1
    while last > first and _is_one_of(words[last - 1], _POLITE):
        last -= 1
    return words[first:last]


def _plain_yes(words: list[str]) -> Meaning | None:
    """Nothing but manners, with a yes among them."""
    polite = all(_is_one_of(word, _POLITE) for word in words)
    yes = any(_is_one_of(word, _YES) for word in words)
    return Meaning.CONFIRM if words and polite and yes else None


def _is_one_of(said: str, words: tuple[str, ...]) -> bool:
    return any(_same(word, said) for word in words)


def _known() -> dict[str, list[tuple[tuple[str, ...], Meaning]]]:
    found: dict[str, list[tuple[tuple[str, ...], Meaning]]] = {}
    for meaning, phrases in _WORDS.items():
        for phrase in phrases:
            spoken = tuple(phrase.split())
            found.setdefault(" ".join(map(unaccent, spoken)), []).append((spoken, meaning))
    return found


_KNOWN = _known()
