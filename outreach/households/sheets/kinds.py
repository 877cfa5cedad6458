"""The words of a sheet import: what a column may mean, and every way a file or a cell may fail."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

#: A cell as both readers give it: a blank one is "".
Cell = str | int | float | bool | date


class Field(enum.StrEnum):
    """What a column holds."""

    CODE = "code"
    AREA = "area"
    CELL = "cell"
    ADDRESS = "address"
    HOUSE_NUMBER = "house_number"
    STREET = "street"
    LANDMARK = "landmark"
    FAMILY_NAME = "family_name"
    NAME = "name"
    HEAD_NAME = "head_name"
    SALUTATION = "salutation"
    SEX = "sex"
    BIRTH = "birth"
    BIRTH_OF_MAN = "birth_of_man"
    BIRTH_OF_WOMAN = "birth_of_woman"
    PHONE = "phone"
    RELATION = "relation"
    CIRCUMSTANCE = "circumstance"
    POOR = "poor"
    NEAR_POOR = "near_poor"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    POINT = "point"
    NOTE = "note"


#: Fields that several columns may feed; of the others only one column counts.
REPEATABLE = frozenset({Field.PHONE, Field.NOTE})


class WhyUnreadable(enum.StrEnum):
    """Why nothing of a file can be used."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN_KIND = "unknown_kind"
    ENCRYPTED = "encrypted"
    BROKEN = "broken"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    NO_SUCH_SHEET = "no_such_sheet"
    NO_HEADINGS = "no_headings"
    NO_ROWS = "no_rows"


class Unreadable(Exception):
    """The file as a whole is refused; `limit` is the bound that it passed, where there is one."""

    def __init__(self, why: WhyUnreadable, *, limit: int | None = None) -> None:
        super().__init__(why.value)
        self.why = why
        self.limit = limit


class Reason(enum.StrEnum):
    """What is wrong with one cell or row."""

    NAME_OR_ADDRESS_MISSING = "name_or_address_missing"
    HOME_MISSING = "home_missing"
    NOT_A_NAME = "not_a_name"
    TOO_LONG = "too_long"
    FORMULA = "formula"
    FORMULA_ERROR = "formula_error"
    BIRTH_UNCLEAR = "birth_unclear"
    BIRTH_IMPOSSIBLE = "birth_impossible"
    SEX_UNCLEAR = "sex_unclear"
    SALUTATION_UNKNOWN = "salutation_unknown"
    CIRCUMSTANCE_UNCLEAR = "circumstance_unclear"
    POINT_INCOMPLETE = "point_incomplete"
    POINT_IMPOSSIBLE = "point_impossible"
    NOTE_HOLDS_SECRET = "note_holds_secret"  # noqa: S105 - the name of a fault
    PHONE_LETTERS = "phone_letters"
    PHONE_SHORTENED = "phone_shortened"
    PHONE_TOO_SHORT = "phone_too_short"
    PHONE_TOO_LONG = "phone_too_long"
    PHONE_NOT_A_PREFIX = "phone_not_a_prefix"
    PHONE_WITHOUT_NAME = "phone_without_name"
    TWO_HEADS = "two_heads"
    MANY_PEOPLE = "many_people"


#: A row with one of these is left out; any other only leaves its cell out.
BLOCKING = frozenset(
    {
        Reason.NAME_OR_ADDRESS_MISSING,
        Reason.HOME_MISSING,
        Reason.NOT_A_NAME,
    }
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault, where it is and what stands there."""

    #: The row's number as the spreadsheet program shows it.
    row: int
    reason: Reason
    field: Field | None = None
    #: The offending text, shortened: for the importer's eyes, never for a log.
    value: str = ""

    @property
    def blocking(self) -> bool:
        return self.reason in BLOCKING
