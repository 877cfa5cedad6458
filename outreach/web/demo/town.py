"""Invents streets, alleys, homes and families. Pure: the same seed gives the same town.

Shares of family names follow Vietnam's (about four in ten are Nguyễn). Nobody in it is real, and
its telephone numbers, 0900 0…, are only ever shown by the sandbox.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

FAMILY = (
    ("Nguyễn", 38), ("Trần", 11), ("Lê", 10), ("Phạm", 7), ("Huỳnh", 5), ("Phan", 5), ("Vũ", 4),
    ("Võ", 4), ("Đặng", 3), ("Bùi", 3), ("Đỗ", 2), ("Hồ", 2), ("Ngô", 2), ("Dương", 2), ("Lý", 2),
)  # fmt: skip
WOMEN = (
    "Lan", "Hoa", "Hương", "Mai", "Ngọc", "Thảo", "Yến", "Hạnh", "Thu", "Loan", "Phượng",
    "Cúc", "Bích", "Nga", "Tuyết", "Hiền", "Liên", "Dung", "Vân", "Trang", "Nhung", "Oanh",
    "Thủy", "Diệu", "Quyên",
)  # fmt: skip
MEN = (
    "Dũng", "Hùng", "Minh", "Tuấn", "Đức", "Hải", "Long", "Nam", "Phúc", "Quang", "Sơn",
    "Thành", "Trung", "Việt", "Bình", "Cường", "Khoa", "Lộc", "Nghĩa", "Phong", "Tâm", "Thiện",
    "Tín", "Vinh", "Ấn",
)  # fmt: skip
MIDDLE_WOMEN = ("Thị", "Thị", "Thị", "Ngọc", "Kim", "Thị Thanh")
MIDDLE_MEN = ("Văn", "Văn", "Hữu", "Đức", "Minh", "Quốc")
STREETS = (
    "Nguyễn An Ninh", "Lý Thường Kiệt", "Trần Hưng Đạo", "Cô Giang", "Nguyễn Trãi",
    "Võ Thị Sáu", "Lê Hồng Phong", "Phan Bội Châu", "Hai Bà Trưng", "Nguyễn Thái Học",
    "Ngô Quyền", "Bùi Thị Xuân",
)  # fmt: skip
#: Middle of the demonstration ward (Dĩ An, Thành phố Hồ Chí Minh).
CENTRE = (10.9065, 106.7690)
METRES_PER_DEGREE = 111_320.0
THIS_YEAR = 2026


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    woman: bool
    birth_year: int
    relation: str


@dataclass(slots=True)
class Home:
    """One home: where it is and who lives there, the head first."""

    address: str
    latitude: float
    longitude: float
    poor: bool
    people: list[Person] = field(default_factory=list)
    phone: str = ""


def homes(quarter: int, count: int, *, seed: int = 1) -> Iterator[Home]:
    """`count` homes of one neighbourhood: streets east–west, alleys off them north and south."""
    rng = random.Random(seed * 100 + quarter)  # noqa: S311 - invention, not secrecy
    made = 0
    while made < count:
        for point, address in _doors(quarter, rng):
            if made == count:
                return
            made += 1
            home = Home(address, *point, poor=rng.random() < 0.07)
            home.people = list(_family(rng))
            home.phone = f"09000{quarter:01}{made:04}"
            yield home


def _doors(quarter: int, rng: random.Random) -> Iterator[tuple[tuple[float, float], str]]:
    """Points and addresses along four streets and their alleys, roughly 15 m apart."""
    west, south = (quarter % 3 - 1) * 700.0, (quarter // 3) * 650.0
    for row in range(4):
        street = STREETS[(quarter * 4 + row) % len(STREETS)]
        y = south + row * 150.0
        for number in range(1, 46):
            x = west + number * 14.0
            yield _point(x, y + rng.uniform(-4, 4)), f"{number} {street}"
            if number % 9 == 0:
                for house in range(1, 13):
                    side = 1 if house % 2 else -1
                    depth = 12.0 + house * 5.0
                    where = _point(x + side * 5.0, y + depth)
                    yield where, f"{number}/{house} hẻm {number} {street}"


def _point(x: float, y: float) -> tuple[float, float]:
    """Metres east and north of the centre as latitude and longitude."""
    latitude = CENTRE[0] + y / METRES_PER_DEGREE
    scale = METRES_PER_DEGREE * math.cos(math.radians(CENTRE[0]))
    return round(latitude, 6), round(CENTRE[1] + x / scale, 6)


def name(rng: random.Random, *, woman: bool, family: str = "") -> str:
    """A full name, family name first."""
    names, weights = zip(*FAMILY, strict=True)
    family = family or rng.choices(names, weights)[0]
    middle = rng.choice(MIDDLE_WOMEN if woman else MIDDLE_MEN)
    return f"{family} {middle} {rng.choice(WOMEN if woman else MEN)}"


def _family(rng: random.Random) -> Iterator[Person]:
    born = rng.randint(1944, 1992)
    woman = rng.random() < 0.4
    head = Person(name(rng, woman=woman), woman, born, "")
    yield head
    family = head.name.split()[0]
    if rng.random() < 0.75:
        yield Person(
            name(rng, woman=not woman),
            not woman,
            born + rng.randint(-4, 6),
            "chồng" if woman else "vợ",
        )
    for _child in range(rng.choice((0, 1, 2, 2, 3))):
        girl = rng.random() < 0.5
        year = born + rng.randint(22, 34)
        if year <= THIS_YEAR:
            yield Person(name(rng, woman=girl, family=family), girl, year, "con")
