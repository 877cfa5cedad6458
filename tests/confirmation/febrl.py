"""The FEBRL 1 data set: 500 people and a damaged copy of each, with the truth known."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from outreach.confirmation.rules.linkage import Entry, Found, Line, Match
from outreach.confirmation.rules.register import matched
from outreach.core import text


@dataclass(frozen=True, slots=True)
class Quality:
    """How well the copies were found among the originals."""

    sure: int
    right: int
    offered: int
    there: int

    @property
    def precision(self) -> float:
        """Of those called sure, how many are right."""
        return self.right / self.sure

    @property
    def recall(self) -> float:
        """Of those who are in the register, how many are sure and right."""
        return self.right / self.there

    @property
    def recall_with_choice(self) -> float:
        """The same when a person picks among the candidates shown."""
        return (self.right + self.offered) / self.there


def linked(path: Path, *, absent: int = 0) -> Quality:
    """Look for every copy; `absent` originals are left out of the register."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, skipinitialspace=True))
    originals = {_number(row): row for row in rows if row["rec_id"].endswith("org")}
    copies = [row for row in rows if "dup" in row["rec_id"]]
    left_out = set(sorted(originals)[:absent])
    entries = [
        Entry(_id(n), _id(n), **_facts(row)) for n, row in originals.items() if n not in left_out
    ]
    lines = [Line(place, **_facts(row)) for place, row in enumerate(copies)]
    return _judged(copies, matched(lines, lambda: entries), left_out)


def _judged(copies: Sequence[dict[str, str]], found: Sequence[Match], out: set[str]) -> Quality:
    sure = right = offered = 0
    for row, match in zip(copies, found, strict=True):
        wanted = _id(_number(row))
        ids = [one.entry.resident_id for one in match.candidates]
        if match.found is Found.SURE:
            sure += 1
            right += ids[0] == wanted
        else:
            offered += wanted in ids
    return Quality(sure, right, offered, sum(_number(row) not in out for row in copies))


def _number(row: dict[str, str]) -> str:
    return row["rec_id"].split("-")[1]


def _id(number: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_OID, number)


def _facts(row: dict[str, str]) -> dict[str, Any]:
    born = row["date_of_birth"]
    address = " ".join(row[key] for key in ("street_number", "address_1", "address_2"))
    return {
        "name": text.fold(f"{row['surname']} {row['given_name']}"),
        "birth_year": int(born[:4]) if born[:2] in {"19", "20"} else None,
        "address": text.fold(address),
        "area": text.fold(row["suburb"]),
    }
