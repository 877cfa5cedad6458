"""Telephone numbers as people write them in Vietnam -> E.164, or the reason why not."""

from __future__ import annotations

import enum
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers


class Kind(enum.StrEnum):
    """Whether a text message can reach it."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    UNKNOWN = "unknown"


class Doubt(enum.StrEnum):
    """What we changed or could not be sure of; the number is usable all the same."""

    ZERO_ADDED = "zero_added"
    RENUMBERED = "renumbered"
    UNLISTED = "unlisted"
    FOREIGN = "foreign"


class Refused(enum.StrEnum):
    """Why it is no number."""

    EMPTY = "empty"
    LETTERS = "letters"
    SHORTENED = "shortened"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NOT_A_PREFIX = "not_a_prefix"


@dataclass(frozen=True, slots=True)
class Phone:
    """One number that can be called."""

    #: E.164, such as +84901234567.
    e164: str
    kind: Kind
    doubt: Doubt | None = None


# The eleven digits of before 15/09/2018 (mobiles) and 17/06/2017 (land lines), without the 0.
# Only land lines whose old form cannot be taken for a mobile of today are rewritten.
_MOBILES = {
    "120": "70", "121": "79", "122": "77", "126": "76", "128": "78",
    "123": "83", "124": "84", "125": "85", "127": "81", "129": "82",
    "162": "32", "163": "33", "164": "34", "165": "35", "166": "36",
    "167": "37", "168": "38", "169": "39",
    "186": "56", "188": "58", "199": "59",
}  # fmt: skip
_LAND_LINES = {
    "650": "274", "651": "271", "500": "262", "501": "261",
    "510": "235", "511": "236", "710": "292", "711": "293",
}  # fmt: skip
_SHORT_LAND_LINES = {
    "60": "260", "61": "251", "62": "252", "63": "263",
    "64": "254", "66": "276", "67": "277", "68": "259",
}  # fmt: skip

_NINE, _TEN = 9, 10
_MOBILE = re.compile(r"[35789]\d{8}")
_LAND_LINE = re.compile(r"2\d{9}")
_SPREADSHEET_FLOAT = re.compile(r"(\d{8,13})\.0+")
_SCIENTIFIC = re.compile(r"\d([.,]\d+)?e[+-]?\d+", re.IGNORECASE)
_PLAIN = re.compile(r"0\d{9}")


def parse(raw: str) -> Phone | Refused:
    """One number. Never drops a letter in silence, as the library behind it does."""
    text = unicodedata.normalize("NFKC", raw).strip()
    if _PLAIN.fullmatch(text):
        return _national(text[1:], has_zero=True)
    if _SCIENTIFIC.fullmatch(text):
        return Refused.SHORTENED
    if any(unicodedata.category(c)[0] == "L" for c in text):
        return Refused.LETTERS
    whole = _SPREADSHEET_FLOAT.fullmatch(text)
    digits = "".join(c for c in (whole.group(1) if whole else text) if c.isdecimal())
    if not digits:
        return Refused.EMPTY
    if _is_foreign(text, digits):
        return _foreign(digits)
    bare = _without_country(digits, plus=text.lstrip("( ").startswith("+"))
    return _national(bare.lstrip("0"), has_zero=bare != digits or bare.startswith("0"))


def _is_foreign(text: str, digits: str) -> bool:
    written_abroad = text.lstrip("( ").startswith("+") or digits.startswith("00")
    return written_abroad and not digits.removeprefix("00").startswith("84")


def _without_country(digits: str, *, plus: bool) -> str:
    if digits.startswith("0084"):
        return digits[4:]
    if digits.startswith("84") and (plus or len(digits) > _TEN):
        return digits[2:]
    return digits


def _national(number: str, *, has_zero: bool) -> Phone | Refused:
    """`number` without its leading 0 or country code."""
    current = _renumbered(number)
    if current != number:
        doubt: Doubt | None = Doubt.RENUMBERED
    else:
        doubt = None if has_zero else Doubt.ZERO_ADDED
    if _MOBILE.fullmatch(current):
        return Phone(f"+84{current}", Kind.MOBILE, doubt if _listed(current) else Doubt.UNLISTED)
    if _LAND_LINE.fullmatch(current):
        return Phone(f"+84{current}", Kind.LANDLINE, doubt if _listed(current) else Doubt.UNLISTED)
    return _why_not(current)


def _renumbered(number: str) -> str:
    if len(number) == _TEN:
        new = _MOBILES.get(number[:3]) or _LAND_LINES.get(number[:3])
        return new + number[3:] if new else number
    if len(number) == _NINE and number[:2] in _SHORT_LAND_LINES:
        return _SHORT_LAND_LINES[number[:2]] + number[2:]
    return number


def _why_not(number: str) -> Refused:
    if not number:
        return Refused.EMPTY
    if len(number) < _NINE:
        return Refused.TOO_SHORT
    longest = _TEN if number.startswith("2") else _NINE
    return Refused.TOO_LONG if len(number) > longest else Refused.NOT_A_PREFIX


@lru_cache(maxsize=1)
def _plan() -> re.Pattern[str]:
    """The library's numbering plan as one expression: asking it per number costs 30 times more."""
    plan = phonenumbers.PhoneMetadata.metadata_for_region("VN")
    described = [plan.mobile, plan.fixed_line] if plan else []
    return re.compile("|".join(f"(?:{d.national_number_pattern})" for d in described if d))


def _listed(number: str) -> bool:
    return _plan().fullmatch(number) is not None


def _foreign(digits: str) -> Phone | Refused:
    try:
        number = phonenumbers.parse("+" + digits.removeprefix("00"), None)
    except phonenumbers.NumberParseException:
        return Refused.NOT_A_PREFIX
    if not phonenumbers.is_valid_number(number):
        return Refused.NOT_A_PREFIX
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(e164, Kind.UNKNOWN, Doubt.FOREIGN)


# --- a cell with several ------------------------------------------------------------------
_SEPARATORS = re.compile(r"[/;,|\n\r&]|\s[-–+]\s|\b(?:hoặc|hoac|và|va|or|and)\b", re.IGNORECASE)
# "(con trai)", "Zalo:", "anh Ba 09…", "09… con gái": words beside a number, never inside it.
_COMMENT = re.compile(
    r"\([^\d()]*\)|^[^\d()+]*:|^(?:[^\W\d_]{2,}\.?\s+)+(?=[\d(+])|(?<=\d)(?:\s+[^\W\d_]{2,}\.?)+$"
)


def split(cell: str) -> list[str]:
    """The numbers of one cell, as written, without the words beside them."""
    if _PLAIN.fullmatch(cell):
        return [cell]
    pieces: list[str] = []
    for part in _SEPARATORS.split(unicodedata.normalize("NFC", cell)):
        piece = _COMMENT.sub(" ", part.strip()).strip(" .:-–")
        if piece:
            pieces += _halves(piece) or [piece]
    return pieces


def _halves(piece: str) -> list[str]:
    """Two numbers with only blanks or a dash between: 0981234567-0912345678."""
    digits = re.sub(r"\D", "", piece)
    middle, odd = divmod(len(digits), 2)
    halves = [digits[:middle], digits[middle:]]
    whole = not odd and middle >= _NINE and not piece.startswith("+")
    return halves if whole and all(isinstance(parse(h), Phone) for h in halves) else []


def parse_all(cell: str) -> list[Phone | Refused]:
    """Every number of one cell, each once."""
    return list(dict.fromkeys(parse(piece) for piece in split(cell)))


# --- on screen ----------------------------------------------------------------------------
_VIETNAMESE_MOBILE = re.compile(r"\+84([35789]\d{2})(\d{3})(\d{3})")


def display(e164: str) -> str:
    """As it is read out: 0901 234 567."""
    mobile = _VIETNAMESE_MOBILE.fullmatch(e164)
    if mobile:
        return "0" + " ".join(mobile.groups())
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    here = e164.startswith("+84")
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, style.NATIONAL if here else style.INTERNATIONAL)


def mask(e164: str) -> str:
    """For people who need to tell numbers apart but not to call them: ••• 567."""
    return f"••• {e164[-3:]}"
