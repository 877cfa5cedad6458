"""What sheets call an area, and the area they mean."""

from __future__ import annotations

import pytest

from outreach.households import placing
from outreach.households.services.imports.areas import kind_and_name
from outreach.places.models import Level
from tests.factories import Make


@pytest.mark.parametrize(
    "written", ["KP 3", "kp3", "KP. 03", "Khu phố 3", "KHU PHO 3", "3", "Ấp 3"]
)
def test_a_neighbourhood_is_found_by_whatever_it_is_called(make: Make, written: str):
    commune = make.area(name="Dĩ An")
    three = make.neighbourhood(commune, name="3")
    make.neighbourhood(commune, name="13")
    found = placing.Finder(commune, [three]).find(written, "")
    assert found is three


def test_cells_are_found_within_their_own_neighbourhood(make: Make):
    commune = make.area(name="Dĩ An")
    one, two = (make.neighbourhood(commune, name=name) for name in ("Đông Tác", "Tân Long"))
    cells = [make.area(level=Level.CELL, parent=parent, name="5") for parent in (one, two)]
    finder = placing.Finder(commune, [one, two, *cells])
    assert finder.find("dong tac", "Tổ 05") is cells[0]
    assert finder.find("TÂN LONG", "5") is cells[1]
    assert finder.find("Tân Long", "6") is None
    assert finder.find("", "") is commune


def test_a_name_that_two_areas_share_is_found_by_its_kind_only(make: Make):
    commune = make.area(name="Dĩ An")
    ward = make.area(level=Level.NEIGHBOURHOOD, parent=commune, name="3", kind="Khu phố")
    hamlet = make.area(level=Level.NEIGHBOURHOOD, parent=commune, name="3", kind="Ấp")
    finder = placing.Finder(commune, [ward, hamlet])
    assert finder.find("Ấp 3", "") is hamlet
    assert finder.find("3", "") is None


@pytest.mark.parametrize(
    ("written", "kind", "name"),
    [
        ("KHU PHỐ ĐÔNG TÁC", "Khu phố", "Đông Tác"),
        ("KP. Tân Long", "Khu phố", "Tân Long"),
        ("kp5", "Khu phố", "5"),
        ("KP 05", "Khu phố", "5"),
        ("Đông Tác", "Ấp", "Đông Tác"),
        ("Tổ dân phố 4B", "Tổ dân phố", "4B"),
        ("Bản Lướt", "Bản", "Lướt"),
        ("Apollo", "Ấp", "Apollo"),
    ],
)
def test_an_added_area_is_named_as_the_tree_names_its_own(written: str, kind: str, name: str):
    assert kind_and_name(written, "Ấp") == (kind, name)
