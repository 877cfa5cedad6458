"""How every benchmark says what it measured: a table for people, JSON lines for the record."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of ours beside its reference, both measured in the same run."""

    name: str
    unit: str
    ours: float
    reference: float | None = None
    #: What `ratio` must reach: at least, or (`at_most`) at most. None: printed, not judged.
    bar: float | None = None
    at_most: bool = False

    @property
    def ratio(self) -> float | None:
        """Ours over the reference; ours itself where there is nothing to compare with."""
        if self.reference is None:
            return None if self.bar is None else self.ours
        return self.ours / self.reference if self.reference else None

    @property
    def holds(self) -> bool | None:
        if self.bar is None or self.ratio is None:
            return None
        return self.ratio <= self.bar if self.at_most else self.ratio >= self.bar


def write(group: str, rows: Iterable[Row]) -> bool:
    """Prints each row as it comes and keeps it in results/<group>.jsonl; True when all hold."""
    RESULTS.mkdir(exist_ok=True)
    all_hold = True
    print(f"\n{group}\n{'':<58} {'ours':>12} {'reference':>12} {'ratio':>7} {'bar':>8}")
    with (RESULTS / f"{group}.jsonl").open("w", encoding="utf-8") as record:
        for row in rows:
            said = {**asdict(row), "ratio": row.ratio, "holds": row.holds}
            record.write(json.dumps(said, ensure_ascii=False) + "\n")
            record.flush()
            print(_line(row), flush=True)
            all_hold &= row.holds is not False
    return all_hold


def _line(row: Row) -> str:
    sign = "<=" if row.at_most else ">="
    bar = "" if row.bar is None else f"{sign}{row.bar:g}"
    verdict = {True: "holds", False: "FAILS", None: ""}[row.holds]
    cells = (_number(row.ours), _number(row.reference), _number(row.ratio))
    name = f"{row.name} ({row.unit})"
    return f"{name:<58} {cells[0]:>12} {cells[1]:>12} {cells[2]:>7} {bar:>8}  {verdict}"


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.3f}" if abs(value) < 100 else f"{value:,.0f}"
