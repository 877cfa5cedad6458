"""Serial numbers, and which way a device may go. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from outreach.stock.models import Kind, PlaceKind

IMEI_DIGITS = 15
_SEPARATORS = re.compile(r"[\s./-]")


def imei(text: str) -> str | None:
    """The fifteen digits of a serial number as typed or scanned; None when it is none.

    The last is a check digit by Luhn's formula (3GPP TS 23.003, Annex B): every second digit
    from the right is doubled, its digits are added, and all together must be divisible by ten.
    """
    digits = _SEPARATORS.sub("", text)
    if len(digits) != IMEI_DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    if not int(digits):
        return None
    doubled = (sum(divmod(2 * int(one), 10)) for one in digits[-2::-2])
    return digits if (sum(doubled) + sum(map(int, digits[-1::-2]))) % 10 == 0 else None


def spoken(serial: str | None) -> str:
    """As it is read from a box: 35-693803-564380-9; a dash for none."""
    if not serial:
        return "—"
    return f"{serial[:2]}-{serial[2:8]}-{serial[8:14]}-{serial[14:]}"


_NEW = {
    PlaceKind.FUNDER: {PlaceKind.STORE},
    PlaceKind.STORE: {PlaceKind.TEAM, PlaceKind.FUNDER, PlaceKind.RECYCLER, PlaceKind.LOST},
    PlaceKind.TEAM: {PlaceKind.BAG, PlaceKind.STORE, PlaceKind.LOST},
    PlaceKind.BAG: {PlaceKind.HOME, PlaceKind.TEAM, PlaceKind.LOST},
    PlaceKind.HOME: {PlaceKind.BAG, PlaceKind.TEAM},
    PlaceKind.LOST: {PlaceKind.STORE, PlaceKind.TEAM, PlaceKind.BAG},
    PlaceKind.RECYCLER: set[PlaceKind](),
}
#: An old phone goes up the same way, and to no home again but by mistake.
_OLD = {**_NEW, PlaceKind.TEAM: {PlaceKind.STORE, PlaceKind.LOST},
        PlaceKind.STORE: {PlaceKind.FUNDER, PlaceKind.RECYCLER, PlaceKind.LOST}}  # fmt: skip


def ways(kind: Kind, here: PlaceKind) -> Collection[PlaceKind]:
    """Where a device of this kind may go from here."""
    return (_OLD if kind is Kind.OLD else _NEW)[here]


def may_go(kind: Kind, here: PlaceKind, there: PlaceKind) -> bool:
    return there in ways(kind, here)


def missing(expected: Iterable[str], ticked: Collection[str]) -> list[str]:
    """What should be there and was not found, in the order expected: empty is zero difference."""
    return [one for one in expected if one not in ticked]
