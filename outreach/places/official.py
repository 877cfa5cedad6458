"""Reads the official lists of units and the mapping of old communes to new, without storing."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from outreach.core import text
from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _
from outreach.places.models import Level


@dataclass(frozen=True, slots=True)
class Unit:
    """One official unit as a list has it."""

    level: Level
    code: str
    kind: str
    name: str
    #: Code of the unit above, one level up in the list; "" for a province.
    parent: str


@dataclass(frozen=True, slots=True)
class Move:
    """`old` went to `new`, whole or in part: codes of communes."""

    old: str
    new: str
    partial: bool


_KINDS = ("Thành phố", "Tỉnh", "Quận", "Huyện", "Thị xã", "Thị trấn", "Phường", "Xã", "Đặc khu")
_CODE = re.compile(r"\d{2,5}")


def _split(full_name: str) -> tuple[str, str]:
    """Kind and name of "Phường Dĩ An"; what has no kind is all name."""
    cleaned = text.clean(full_name)
    for kind in _KINDS:
        if cleaned.startswith(f"{kind} "):
            return kind, cleaned.removeprefix(f"{kind} ")
    return "", cleaned


def _opened(path: Path) -> str:
    try:
        raw = path.read_bytes()
        return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise Refusal(_("%(file)s cannot be read as text.", file=path.name)) from error


def _json(path: Path) -> Any:
    try:
        return json.loads(_opened(path))
    except ValueError as error:
        raise Refusal(_("%(file)s is not a JSON file.", file=path.name)) from error


def current(path: Path) -> list[Unit]:
    """Provinces with their communes, from the JSON list of the provinces-database project."""
    try:
        units = list(_current(_json(path)))
    except (KeyError, TypeError, AttributeError) as error:
        message = _("%(file)s is not the list of provinces and communes.", file=path.name)
        raise Refusal(message) from error
    _check(units, path)
    return units


def _current(provinces: Any) -> Iterator[Unit]:
    for province in provinces:
        kind, name = _split(province["FullName"])
        yield Unit(Level.PROVINCE, province["Code"], kind, name, "")
        for commune in province["Wards"] or ():
            kind, name = _split(commune["FullName"])
            yield Unit(Level.COMMUNE, commune["Code"], kind, name, province["Code"])


def legacy(path: Path) -> list[Unit]:
    """Provinces, districts and communes of before 1 July 2025, from the statistics office's CSV."""
    try:
        rows = list(csv.DictReader(_opened(path).splitlines()))
        units: dict[tuple[Level, str], Unit] = {}
        for row in rows:
            for unit in _legacy(row):
                units.setdefault((unit.level, unit.code), unit)
    except (KeyError, csv.Error, AttributeError) as error:
        message = _("%(file)s is not the old list of communes.", file=path.name)
        raise Refusal(message) from error
    found = sorted(units.values(), key=lambda unit: list(Level).index(unit.level))
    _check(found, path)
    return found


def _legacy(row: dict[str, str]) -> Iterator[Unit]:
    province, district = row["Mã TP"], row["Mã QH"]
    yield Unit(Level.PROVINCE, province, *_split(row["Tỉnh / Thành Phố"]), "")
    yield Unit(Level.DISTRICT, district, *_split(row["Quận Huyện"]), province)
    yield Unit(Level.COMMUNE, row["Mã"], *_split(row["Tên"]), district)


def _check(units: list[Unit], path: Path) -> None:
    """Codes are codes and named once, parents are there: a list cut in half is refused whole."""
    seen = {(unit.level, unit.code) for unit in units}
    codes = {unit.code for unit in units} | {""}
    whole = units and len(seen) == len(units)
    if not whole or not all(
        _CODE.fullmatch(unit.code) and unit.name and unit.parent in codes for unit in units
    ):
        message = _("%(file)s has units without a code or a name, or twice.", file=path.name)
        raise Refusal(message)


# --- old to new ---------------------------------------------------------------------------
def _plain(name: str) -> str:
    """How the mapping writes most names: folded, letters and digits only."""
    return re.sub(r"[^a-z0-9]", "", text.fold(name))


def _accented(name: str) -> str:
    """How it writes a name that folds to the same as its neighbour's: Thanh An, Thạnh An."""
    return re.sub(r"[\W_]", "", text.nfc(name.casefold()))


def _province(name: str) -> str:
    """Without its kind: Đồng Nai has become a city since the mapping was made."""
    return re.sub(r"^(thanhpho|tinh)", "", _plain(name))


def moves(path: Path, old: list[Unit], new: list[Unit]) -> tuple[list[Move], int]:
    """(moves, how many lines name a unit that neither list has), from vietnamadminunits' mapping.

    The mapping names units by folded names: an old commune by province, district and its own.
    """
    data = _json(path)
    try:
        whole, divided = data["DICT_PROVINCE_WARD_NO_DIVIDED"], data["DICT_PROVINCE_WARD_DIVIDED"]
        named = [*_whole(whole), *_divided(divided)]
    except (KeyError, TypeError, AttributeError) as error:
        message = _("%(file)s is not the mapping of old communes to new.", file=path.name)
        raise Refusal(message) from error
    old_codes, new_codes = _old_names(old), _new_names(new)
    found: dict[tuple[str, str], Move] = {}
    unknown = 0
    for old_name, new_name, partial in named:
        old_code, new_code = old_codes.get(old_name), new_codes.get(new_name)
        if old_code is None or new_code is None:
            unknown += 1
        else:
            found[old_code, new_code] = Move(old_code, new_code, partial)
    return list(found.values()), unknown


def _whole(provinces: Any) -> Iterator[tuple[str, str, bool]]:
    for province, communes in provinces.items():
        for commune, olds in communes.items():
            for old in olds:
                yield old, f"{_province(province)}_{commune}", False


def _divided(provinces: Any) -> Iterator[tuple[str, str, bool]]:
    for province, olds in provinces.items():
        for old, successors in olds.items():
            for successor in successors:
                yield old, f"{_province(province)}_{successor['newWardKey']}", True


def _full(unit: Unit) -> str:
    return f"{unit.kind} {unit.name}"


def _names(named: list[tuple[str, Unit]]) -> dict[str, str]:
    """Name in the mapping -> code. A folded name that two units share is nobody's."""
    shared = Counter(f"{above}_{_plain(_full(unit))}" for above, unit in named)
    names = {}
    for above, unit in named:
        names[f"{above}_{_accented(_full(unit))}"] = unit.code
        if shared[f"{above}_{_plain(_full(unit))}"] == 1:
            names[f"{above}_{_plain(_full(unit))}"] = unit.code
    return names


def _old_names(units: list[Unit]) -> dict[str, str]:
    by_code = {(unit.level, unit.code): unit for unit in units}
    named = []
    for unit in units:
        if unit.level is Level.COMMUNE:
            district = by_code[Level.DISTRICT, unit.parent]
            province = by_code[Level.PROVINCE, district.parent]
            named.append((f"{_plain(_full(province))}_{_plain(_full(district))}", unit))
    return _names(named)


def _new_names(units: list[Unit]) -> dict[str, str]:
    provinces = {unit.code: unit for unit in units if unit.level is Level.PROVINCE}
    communes = [unit for unit in units if unit.level is Level.COMMUNE]
    return _names([(_province(_full(provinces[unit.parent])), unit) for unit in communes])
