"""Route sheets as a PDF: who may have them, what they say, what their QR codes open."""

from __future__ import annotations

import re

import pytest

from outreach.accounts.models import Role
from outreach.appointments import queries as appointments
from outreach.core import clock
from outreach.rounds.models import Round
from outreach.rounds.sheets import HomeRow, Labels, Sheet, Words, compose
from outreach.teams.models import Position
from tests import pdfs
from tests.rounds.worlds import DAY, ZONE, World

LABELS = Labels(
    "Phiếu", "vi", ("STT", "Giờ", "Hộ", "Kết quả"), ("Gặp", "Vắng", "Từ chối"), "Chữ ký"
)


@pytest.fixture
def planned(world: World, now) -> Round:
    world.homes(26, phone=True)
    return world.publish(world.plan(instructions="Tập trung ở nhà văn hoá"))


def sheet(name: str, homes: int, *, tall: int = 0) -> Sheet:
    row = HomeRow("1", (Words("08:00"),), (Words("1 Nguyễn Trãi"),) * (1 + tall), "https://w/1")
    return Sheet(name, "Tuyến 1", (), (row,) * homes)


def test_a_sheet_names_the_volunteer_and_every_home_with_its_window_and_code(
    world: World, planned: Round, sign_in
) -> None:
    answer = sign_in(world.leader).get(f"/rounds/{planned.id}/print.pdf")
    assert answer.mimetype == "application/pdf"
    assert "no-store" in answer.headers["Cache-Control"]
    assert 'filename="tuyen-2026-11-22.pdf"' in answer.headers["Content-Disposition"]
    leaves = pdfs.read(answer.data)
    whole = "\n".join(leaf.text for leaf in leaves)
    lines = [line for leaf in leaves for line in leaf.lines]
    for route in world.routes(planned):
        assert route.volunteer.name in lines
        assert re.search(rf"Đi bộ {round(route.walking_s / 60)} phút · ở các hộ", whole)
    stops = world.stops(planned)
    windows = appointments.day_of_homes(
        world.session, [s.household_id for s in stops], *clock.day_bounds(DAY, ZONE)
    )
    for stop in stops:
        assert stop.household.address in lines
        assert f"Mã {windows[stop.household_id].visit_code}" in lines
        assert stop.household.residents[0].name in whole
    assert whole.count("còn thiếu: Danh tính số") == 26
    assert lines.count("Gặp") == lines.count("Vắng") == lines.count("Từ chối") == 26
    assert "Tập trung ở nhà văn hoá" in whole
    assert "Thời gian đi bộ: đường thẳng × 1,35 (ước đoán)" in whole


def test_each_qr_code_opens_its_stop_and_says_nothing_else(
    world: World, planned: Round, sign_in
) -> None:
    browser = sign_in(world.leader)
    leaves = pdfs.read(browser.get(f"/rounds/{planned.id}/print.pdf").data)
    codes = [code for leaf in leaves for code in leaf.codes]
    wanted = [f"http://localhost/stops/{s.id}" for r in world.routes(planned) for s in r.stops]
    assert codes == wanted
    assert [link for leaf in leaves for link in leaf.links] == wanted
    assert browser.get(codes[0].removeprefix("http://localhost")).status_code == 200


def test_a_draft_has_no_codes_yet_and_one_route_can_be_had_alone(
    world: World, sign_in, now
) -> None:
    world.homes(6)
    round_ = world.plan()
    browser = sign_in(world.leader)
    first, second = world.routes(round_)
    whole = pdfs.read(browser.get(f"/rounds/{round_.id}/print.pdf").data)
    assert not any(line.startswith("Mã ") for leaf in whole for line in leaf.lines)
    one = pdfs.read(browser.get(f"/rounds/{round_.id}/print.pdf?route={second.id}").data)
    assert second.volunteer.name in one[0].lines
    assert not any(first.volunteer.name in leaf.lines for leaf in one)
    assert browser.get(f"/rounds/{round_.id}/print").text.count("print.pdf") == 1


def test_sheets_are_in_the_readers_language(world: World, planned: Round, sign_in) -> None:
    browser = sign_in(world.leader)
    browser.set_cookie("language", "en")
    leaf = pdfs.read(browser.get(f"/rounds/{planned.id}/print.pdf").data)[0]
    assert "misses: Digital identity" in leaf.text
    assert re.search(r"Walking \d+ min · at homes \d+ min", leaf.text)
    assert "straight line × 1.35, a guess" in leaf.text


def test_only_those_who_run_or_oversee_the_team_print(
    world: World, planned: Round, sign_in, make
) -> None:
    here = f"/rounds/{planned.id}/print.pdf"
    assert sign_in(make.user(Role.OFFICER, area=world.area.parent)).get(here).status_code == 200
    assert sign_in(world.members[0].user).get(here).status_code == 403
    stranger = make.member(make.team(world.area), position=Position.LEADER).user
    assert sign_in(stranger).get(here).status_code == 404


def test_a_pdf_asks_as_often_for_few_homes_as_for_many(
    world: World, sign_in, now, queries: list[str]
) -> None:
    browser = sign_in(world.leader)

    def asked() -> int:
        round_ = world.plan()
        queries.clear()
        assert browser.get(f"/rounds/{round_.id}/print.pdf").status_code == 200
        return len(queries)

    world.homes(3)
    few = asked()
    world.homes(20)
    assert asked() == few


def test_every_route_begins_on_a_page_of_its_own(app) -> None:
    made = compose(LABELS, [sheet("An", 30), sheet("Bình", 2), sheet("Chi", 30)])
    leaves = pdfs.read(made)
    names = [leaf.lines[0] for leaf in leaves]
    assert names == sorted(names)
    assert names.count("Bình") == 1
    assert [leaf.lines[1] for leaf in leaves if leaf.lines[0] == "Bình"] == ["Tuyến 1 · 1/1"]
    assert sum(len(leaf.codes) for leaf in leaves) == 62
    signed = [leaf.lines[0] for leaf in leaves if "Chữ ký" in leaf.lines]
    assert signed == ["An", "Bình", "Chi"]
    begins = [(name, names.index(name)) for name in ("An", "Bình", "Chi")]
    assert pdfs.bookmarks(made) == begins


def test_nothing_is_written_below_the_page() -> None:
    made = compose(LABELS, [sheet("An", 23, tall=n) for n in (0, 3, 9, 30, 55)])
    heights = [foot for leaf in pdfs.read(made) for foot in leaf.feet]
    assert min(heights) > 20
    assert max(heights) < 842
