"""One cell -> one value, or the reason why not. Nothing here knows rows or homes."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from outreach.core import phones, text
from outreach.households.models import Circumstance, Salutation, Sex
from outreach.households.sheets.kinds import Cell, Reason

# --- text ---------------------------------------------------------------------------------
# What a spreadsheet program would run when the text is exported again.
_FORMULA = re.compile(r"[=@]|[+-].*[(|!]|DDE\s*\(", re.IGNORECASE)
_FORMULA_ERROR = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|####*)|Err:\d+")


def as_text(cell: Cell) -> str:
    """The cell as somebody would read it: 12.0 is 12, a date is dd/mm/yyyy."""
    if isinstance(cell, str):
        return text.clean(cell)
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    return str(cell)


def line(cell: Cell, most: int) -> str | Reason:
    value = as_text(cell)
    if not value:
        return value
    if len(value) > most:
        return Reason.TOO_LONG
    if value[0] in "=@+-#DdE":
        if _FORMULA.match(value):
            return Reason.FORMULA
        if _FORMULA_ERROR.match(value):
            return Reason.FORMULA_ERROR
    return value


def note(cell: Cell, most: int) -> str | Reason:
    value = line(cell, most)
    if not isinstance(value, Reason) and text.looks_secret(value):
        return Reason.NOTE_HOLDS_SECRET
    return value


# --- names --------------------------------------------------------------------------------
_SALUTATIONS = {text.fold(word): word for word in Salutation} | {
    "mr": Salutation.ONG,
    "mrs": Salutation.BA,
    "ms": Salutation.BA,
}
# A full name may begin with any of these only as a title; "Em" may be a name.
_BEFORE_NAMES = {word: word for word in Salutation if word is not Salutation.EM}
_NAME_WITH_TITLE_WORDS = 3


def salutation(cell: Cell) -> Salutation | Reason | None:
    value = as_text(cell)
    if not value:
        return None
    return _SALUTATIONS.get(text.fold(value).rstrip("."), Reason.SALUTATION_UNKNOWN)


def name(value: str) -> tuple[Salutation | None, str] | Reason:
    """(title written before it, name). Capitals are kept as typed, save ALL CAPITALS."""
    if not value or value.isdecimal() or not any(c.isalpha() for c in value):
        return Reason.NOT_A_NAME
    first, _, rest = value.partition(" ")
    title = _BEFORE_NAMES.get(first.rstrip(".").lower())  # type: ignore[call-overload]
    if title is not None and value.count(" ") >= _NAME_WITH_TITLE_WORDS - 1:
        return title, _in_small_letters(rest)
    return None, _in_small_letters(value)


def _in_small_letters(value: str) -> str:
    """NGUYỄN VĂN AN is how lists shout; Nguyễn Văn An is the name."""
    return value.title() if value.isupper() and " " in value else value


# --- facts about a person -----------------------------------------------------------------
_SEXES = {
    **dict.fromkeys(("nam", "m", "male", "trai", "ong"), Sex.MALE),
    **dict.fromkeys(("nu", "f", "female", "gai", "ba"), Sex.FEMALE),
}


@lru_cache(maxsize=500)
def sex(value: str) -> Sex | Reason | None:
    return _SEXES.get(text.fold(value), Reason.SEX_UNCLEAR) if value else None


_YEAR = re.compile(r"(?:.*[^\d])?((?:18|19|20)\d{2})")
_YEAR_FIRST = re.compile(r"((?:18|19|20)\d{2})(?:[-/.]\d{1,2}){1,2}(?:[T ].*)?")
_COMPACT = re.compile(r"((?:19|20)\d{2})(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_WORDS_ALLOWED = re.compile(r"[\d\s./\-,]*")
_OLDEST = 125


def birth_year(cell: Cell, *, today: date) -> int | Reason | None:
    """Only the year is kept, whatever precision the sheet has."""
    if isinstance(cell, date):
        return _possible(cell.year, today)
    if isinstance(cell, str) and len(cell) == len("1954") and cell.isdecimal():
        return _possible(int(cell), today)
    value = as_text(cell)
    if not value:
        return None
    found = _YEAR_FIRST.fullmatch(value) or _COMPACT.fullmatch(value) or _YEAR.fullmatch(value)
    if found is None or not _WORDS_ALLOWED.fullmatch(value):
        return Reason.BIRTH_UNCLEAR
    return _possible(int(found[1]), today)


def _possible(year: int, today: date) -> int | Reason:
    return year if today.year - _OLDEST <= year <= today.year else Reason.BIRTH_IMPOSSIBLE


@lru_cache(maxsize=500)
def is_head(relation: str) -> bool:
    return text.fold(relation) in {"chu ho", "ch", "chuho", "head", "head of household", "self"}


# --- facts about a home -------------------------------------------------------------------
_NOTHING = {"", "0", "khong", "no", "false", "-", "k", "binh thuong", "khong ngheo", "trung binh"}
_MARKS = {"x", "1", "co", "yes", "true", "v", "✓", "✔", "ok", "roi"}


@lru_cache(maxsize=500)
def circumstance(value: str) -> Circumstance | Reason:
    words = text.fold(value)
    if words in _NOTHING or "thoat ngheo" in words or "khong ngheo" in words:
        return Circumstance.NONE
    if "can ngheo" in words or "near" in words or words in {"cn", "hcn"}:
        return Circumstance.NEAR_POOR
    if "ngheo" in words or "poor" in words or words in {"n", "hn"}:
        return Circumstance.POOR
    if any(word in words for word in ("co cong", "liet si", "thuong binh", "me vnah", "merit")):
        return Circumstance.MERIT
    if any(word in words for word in ("chinh sach", "bao tro", "social")):
        return Circumstance.SOCIAL_POLICY
    return Reason.CIRCUMSTANCE_UNCLEAR


@lru_cache(maxsize=500)
def is_marked(value: str) -> bool | Reason:
    words = text.fold(value)
    if words in _NOTHING:
        return False
    marked = words in _MARKS or "ngheo" in words or "poor" in words
    return True if marked else Reason.CIRCUMSTANCE_UNCLEAR


_DECIMAL = re.compile(r"-?\d{1,3}(?:[.,]\d+)?")
_PAIR = re.compile(r"\(?(-?\d{1,3}\.\d+)°?\s*[,; ]\s*(-?\d{1,3}\.\d+)°?\)?")


def degrees(cell: Cell) -> float | Reason | None:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return float(cell)
    value = as_text(cell)
    if not value:
        return None
    return float(value.replace(",", ".")) if _DECIMAL.fullmatch(value) else Reason.POINT_IMPOSSIBLE


def pair(cell: Cell) -> tuple[float, float] | Reason | None:
    """As map programs copy it: 10.9804, 106.6519."""
    value = as_text(cell)
    if not value:
        return None
    found = _PAIR.fullmatch(value)
    return (float(found[1]), float(found[2])) if found else Reason.POINT_IMPOSSIBLE


_POLE, _DATE_LINE = 90, 180


def point(latitude: float | None, longitude: float | None) -> tuple[float, float] | Reason | None:
    """Both or neither, within the world; a pair that can only be the wrong way round is turned."""
    if latitude is None or longitude is None:
        return None if latitude is longitude else Reason.POINT_INCOMPLETE
    if latitude == longitude == 0:
        return None
    if abs(latitude) > _POLE:
        latitude, longitude = longitude, latitude
    inside = abs(latitude) <= _POLE and abs(longitude) <= _DATE_LINE
    return (latitude, longitude) if inside else Reason.POINT_IMPOSSIBLE


# --- phones -------------------------------------------------------------------------------
_PHONE_REASONS = {
    phones.Refused.EMPTY: Reason.PHONE_TOO_SHORT,
    phones.Refused.LETTERS: Reason.PHONE_LETTERS,
    phones.Refused.SHORTENED: Reason.PHONE_SHORTENED,
    phones.Refused.TOO_SHORT: Reason.PHONE_TOO_SHORT,
    phones.Refused.TOO_LONG: Reason.PHONE_TOO_LONG,
    phones.Refused.NOT_A_PREFIX: Reason.PHONE_NOT_A_PREFIX,
}
_NO_PHONE = {"khong", "khong co", "ko", "ko co", "chua co", "none", "no", "n/a", "0", "x", "k"}


def numbers(cell: Cell) -> list[phones.Phone | Reason]:
    """Every number of the cell. "không có" is nobody's fault and no number."""
    value = cell if isinstance(cell, str) else as_text(cell)
    if text.fold(value).strip(" .-") in _NO_PHONE:
        return []
    return [
        number if isinstance(number, phones.Phone) else _PHONE_REASONS[number]
        for number in phones.parse_all(value)
    ]
