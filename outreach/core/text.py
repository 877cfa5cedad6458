"""Vietnamese text: one form at the door, keys to search and sort by, a guard on notes."""

from __future__ import annotations

import enum
import re
import unicodedata
from functools import lru_cache

# Eth and African D look like Đ and are typed for it; none of the four decomposes into d + mark.
_STROKED_D = str.maketrans("đĐðÐɖƉ", "dDdDdD")


def nfc(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def unaccent(text: str) -> str:
    """Without Vietnamese marks, case and punctuation kept: what a one-segment SMS may carry."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFD", text.translate(_STROKED_D))
    return unicodedata.normalize("NFC", "".join(c for c in plain if not unicodedata.combining(c)))


class _Folding(dict[int, str]):
    """Code point -> what it folds to, worked out the first time it is met."""

    def __missing__(self, code: int) -> str:
        folded = unicodedata.normalize("NFKD", chr(code).translate(_STROKED_D))
        folded = "".join(
            c
            for c in unicodedata.normalize("NFKD", folded.casefold())
            if not unicodedata.combining(c) and unicodedata.category(c) not in {"Cf", "Cc", "Cs"}
        )
        if not folded and chr(code).isspace():
            folded = " "
        self[code] = folded
        return folded


_FOLDING = _Folding()


def fold(text: str) -> str:
    """The search key: "ĐẶNG", "đặng" and "dang" are one; so are "Long Hoà" and "Long Hòa"."""
    return " ".join(
        (
            text.casefold() if text.isascii() and text.isprintable() else text.translate(_FOLDING)
        ).split()
    )


# --- sort keys ---------------------------------------------------------------------------
# ASCII, so that SQLite's BINARY and PostgreSQL's "C" order them alike. A letter with a shape
# is its base and tildes, which come after every letter: a < ă (a~) < â (a~~) < b.
_SHAPED = {
    "ă": "a~",
    "â": "a~~",
    "đ": "d~",
    "ê": "e~",
    "ô": "o~",
    "ơ": "o~~",
    "ư": "u~",
}
_SHAPES = {"\u0302", "\u0306", "\u031b"}
# huyền hỏi ngã sắc nặng: the order of CLDR "vi".
_TONES = {
    "\u0300": "1",
    "\u0340": "1",
    "\u0309": "2",
    "\u0303": "3",
    "\u0301": "4",
    "\u0341": "4",
    "\u0323": "5",
}
_PIECES = re.compile(r"\d+|\D")
_WORDS = re.compile(r"[^\W_]+|/")
_IN_BRACKETS = re.compile(r"\([^)]*\)")
_LONG = 9
#: As much as a key column holds; what is longer sorts with what begins the same.
LONGEST_KEY = 400


def _number(digits: str) -> str:
    """Digits so that shorter numbers come first whatever follows: 2 -> "12", 10 -> "210"."""
    value = str(int(digits[:4000]))
    nines, rest = divmod(len(value), _LONG)
    return "9" * nines + str(rest) + value


def _letter(char: str) -> str:
    if char in _SHAPED:
        return _SHAPED[char]
    if char.isascii():
        return char if char.isalnum() else ""
    return f"|{ord(char):06x}" if char.isalnum() else ""


def _composed(word: str) -> tuple[list[str], str]:
    """The letters of a word with their shapes, and its tones, whichever vowel carries them."""
    letters: list[str] = []
    tones = ""
    for char in unicodedata.normalize("NFD", word.casefold()):
        if char in _TONES:
            tones += _TONES[char]
        elif char in _SHAPES and letters:
            shaped = unicodedata.normalize("NFC", letters[-1] + char)
            letters[-1] = shaped if shaped in _SHAPED else letters[-1]
        elif not unicodedata.combining(char):
            letters.append(char)
    return letters, tones


@lru_cache(maxsize=20_000)
def _word_key(word: str) -> tuple[str, str]:
    """(letters and tones, capitals) of one word. Vietnamese uses few words: the cache pays."""
    letters, tones = _composed(word)
    primary = "".join(
        _number(piece) if piece.isdecimal() else _letter(piece)
        for piece in _PIECES.findall("".join(letters))
    )
    capitals = "".join("1" if c.isupper() else "0" for c in word if c.isalnum()).rstrip("0")
    return f"{primary}.{tones}", capitals


def _key(words: list[str]) -> str:
    keys = [_word_key(word) for word in words]
    key = ",".join(key for key, _ in keys) + " " + ",".join(capitals for _, capitals in keys)
    return key[:LONGEST_KEY]


def sort_key(name: str) -> str:
    """A person's place in a list: given name first, each word by letters, then tone, then case.

    ASCII only: order by it under SQLite's BINARY or PostgreSQL's `COLLATE "C"`. A nickname in
    brackets or a number after the name is not the given name.
    """
    text = nfc(name)
    words = _IN_BRACKETS.sub(" ", text).split()
    named = [i for i, word in enumerate(words) if any(c.isalpha() for c in word)]
    if named:
        words.insert(0, words.pop(named[-1]))
    words += " ".join(_IN_BRACKETS.findall(text)).split()
    return _key(words)


def natural_key(text: str) -> str:
    """An address's or area's place in a list: 12 < 12A < 12/2 < 12/10, khu phố 2 < khu phố 10."""
    key = ""
    for piece in _WORDS.findall(nfc(text)):
        if piece == "/":
            key += "}"
        else:
            separator = "" if not key or key.endswith("}") else ","
            key += separator + _word_key(piece)[0].removesuffix(".")
    return key[:LONGEST_KEY]


# --- input -------------------------------------------------------------------------------
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}


class _Visible(dict[int, int | str | None]):
    """Code point -> itself, a space, or nothing when it only hides or turns its neighbours."""

    def __missing__(self, code: int) -> int | str | None:
        char = chr(code)
        kept: int | str | None = code
        if char.isspace():
            kept = " "
        elif unicodedata.category(char) in _UNSEEN:
            kept = None
        self[code] = kept
        return kept


_VISIBLE = _Visible()


def clean(text: str) -> str:
    """One line of form input: NFC, no control, hidden or direction-turning characters."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(nfc(text.translate(_VISIBLE)).split())


def clean_lines(text: str) -> str:
    """`clean` for several lines; at most one empty line is kept between two others."""
    lines = "\n".join(clean(line) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


# --- the guard on notes ------------------------------------------------------------------
class Secret(enum.StrEnum):
    """What a note may not hold."""

    PERSONAL_ID = "personal_id"
    ACCOUNT = "account"
    ONE_TIME_CODE = "one_time_code"
    PASSWORD = "password"  # noqa: S105 - the name of a danger, not one


_RUN = re.compile(r"(?<![\d+])\+?\d{9,}")
# A telephone number is no secret: 0…, +84…, 84…, the old eleven digits, and 1800/1900 lines.
_TELEPHONE = re.compile(
    r"(\+?84|0)([35789]\d{8}|2\d{9}|1[2689]\d{8})|1[89]00\d{4,6}|\+[1-9]\d{8,14}"
)
_SPACED_ID = re.compile(r"(?<!\d)0\d{2,}(?:[ .-]\d{3,}){1,3}(?!\d)")
_SPACED_CARD = re.compile(r"(?<!\d)\d{4}([ .-])\d{4}\1\d{4}\1\d{4}(?:\1\d{1,3})?(?!\d)")
_CODE_WORD = (
    r"\b(?:otp|pin code|passcode|ma (?:xac (?:thuc|nhan|minh)|bao mat|kich hoat|pin)"
    r"|one.time (?:code|password)|verification code)\b"
)
_CODE = r"(?<!\d)\d{3}[ -]?\d{3}(?!\d)"
_ONE_TIME = re.compile(rf"{_CODE_WORD}[^\d]{{0,40}}{_CODE}|{_CODE}[^\d]{{0,25}}{_CODE_WORD}")
_PASSWORD = re.compile(
    r"\b(?:mat khau|password|passcode|mk)\b\s*(?:vneid)?\s*(?:la|is|:|=|-)\s*\S*\d\S*"
)
_PERSONAL_ID_DIGITS = 12
_OLD_ID_DIGITS = 9


def looks_secret(text: str) -> Secret | None:
    """What a note seems to hold that we never store, so that the form can refuse it."""
    if not any(map(str.isdigit, text)):  # most texts: a sheet has a hundred thousand
        return None
    folded = fold(text)
    if _PASSWORD.search(folded):
        return Secret.PASSWORD
    if _ONE_TIME.search(folded):
        return Secret.ONE_TIME_CODE
    for run in _RUN.findall(folded):
        if not _TELEPHONE.fullmatch(run):
            return _number_kind(run)
    for spaced in _SPACED_ID.findall(folded):
        if len(re.sub(r"\D", "", spaced)) == _PERSONAL_ID_DIGITS:
            return Secret.PERSONAL_ID
    return Secret.ACCOUNT if _SPACED_CARD.search(folded) else None


def without_secrets(text: str) -> str:
    """The text with its digits covered where it seems to hold what is never stored.

    For what others send us: they cannot be refused.
    """
    return text if looks_secret(text) is None else re.sub(r"\d", "•", text)


def _number_kind(run: str) -> Secret:
    is_id = len(run) in {_PERSONAL_ID_DIGITS, _OLD_ID_DIGITS}
    return Secret.PERSONAL_ID if is_id else Secret.ACCOUNT
