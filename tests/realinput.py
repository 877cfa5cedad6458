"""A ward's household sheet made from real address points and real Vietnamese names.

The points and names stay beside the project (`../shared/data`); the sheet is made anew each time.
The points are a sample of a whole county, so they are drawn together to a ward's size (1:15) around
Dĩ An; how they lie to one another is kept. The sheet is as messy as sheets are: a title row, phones
without their leading zero, births as years or days, and one home without a point.
"""

from __future__ import annotations

import csv
import gzip
import random
from collections.abc import Iterator
from pathlib import Path

from openpyxl import Workbook

HEADINGS = (
    "STT", "Mã hộ", "Khu phố", "Số nhà, đường", "Họ và tên", "Quan hệ với chủ hộ", "Năm sinh",
    "Giới tính", "Số điện thoại", "Diện hộ", "Vĩ độ", "Kinh độ",
)  # fmt: skip


#: Middle of the sample, and of the ward it becomes.
FROM, TO = (37.70, -122.05), (10.9065, 106.7690)
SCALE = 15


def _drawn(text: str, middle: float, to: float) -> float | None:
    return round(to + (float(text) - middle) / SCALE, 6) if text else None


def points(data: Path) -> list[tuple[str, float | None, float | None]]:
    """Every real address: its words, latitude and longitude (one has none)."""
    path = data / "addresses" / "alameda_openaddresses.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [
            (
                f"{row['NUMBER']} {row['STREET']}".strip(),
                _drawn(row["LAT"], FROM[0], TO[0]),
                _drawn(row["LON"], FROM[1], TO[1]),
            )
            for row in csv.DictReader(file)
        ]


def names(data: Path) -> tuple[list[str], list[int], list[str], list[str]]:
    """Family names, their weights, given names of women and of men."""
    folder = data / "vietnamese"
    with (folder / "vn_surnames_frequency.csv").open(encoding="utf-8") as file:
        found = [(r["Romanized Name"], r["Count"]) for r in csv.DictReader(file)]
    counts = {name: int(count) for name, count in found if count}
    families, weights = list(counts), list(counts.values())
    given = [
        (folder / f"given_names_{kind}.txt").read_text(encoding="utf-8").split("\n")
        for kind in ("girl", "boy")
    ]
    women, men = ([line.strip() for line in lines if line.strip()] for lines in given)
    return families, weights, women, men


def rows(data: Path, *, count: int, quarters: int = 4, seed: int = 1) -> Iterator[list[object]]:
    """Rows of the sheet, one a resident, `count` homes in `quarters` neighbourhoods."""
    rng = random.Random(seed)
    families, weights, women, men = names(data)
    number = 0
    found = sorted(points(data)[:count], key=lambda p: p[2] or 0.0)
    for index, (address, latitude, longitude) in enumerate(found):
        quarter = f"Khu phố {index * quarters // len(found) + 1}"
        family = rng.choices(families, weights)[0]
        for place in range(rng.choice((1, 2, 2, 3))):
            number += 1
            woman = rng.random() < 0.5
            year = rng.randint(1945, 2009)
            yield [
                number,
                f"H{index + 1:05}",
                quarter,
                address,
                f"{family} {rng.choice(women if woman else men).title()}",
                ("Chủ hộ", "Vợ/chồng", "Con")[place],
                year if rng.random() < 0.6 else _birthday(rng, year),
                "Nữ" if woman else "Nam",
                _phone(index) if place == 0 else "",
                "Hộ nghèo" if rng.random() < 0.06 else "",
                latitude,
                longitude,
            ]


def _birthday(rng: random.Random, year: int) -> str:
    return f"{rng.randint(1, 28):02}/{rng.randint(1, 12):02}/{year}"


def _phone(index: int) -> object:
    """A mobile number as sheets hold it: text, or a number that lost its zero."""
    digits = f"90{1_000_000 + index:07}"
    return int(digits) if index % 3 == 0 else f"0{digits}"


def write(data: Path, path: Path, *, count: int = 5306) -> Path:
    """The sheet as .xlsx."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Danh sách hộ")
    sheet.append(["DANH SÁCH HỘ DÂN PHƯỜNG DĨ AN NĂM 2026"])
    sheet.append(list(HEADINGS))
    for row in rows(data, count=count):
        sheet.append(row)
    book.save(path)
    return path
