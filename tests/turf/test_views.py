"""Pages of turf, as a browser without JavaScript sees them."""

from __future__ import annotations

import io
import json
import re

import pytest
import sqlalchemy as sa

from outreach.accounts.models import Role
from outreach.turf.models import TurfCut
from tests.turf.grounds import Ground
from tests.turf.test_services import file, square

pytestmark = pytest.mark.usefixtures("now")


def form(ground: Ground, **change) -> dict[str, object]:
    return {"kind": "fresh", "parts": 3, "area": [a.id for a in ground.areas], **change}


def test_a_leader_cuts_looks_accepts_and_puts_names_on_turfs(ground: Ground, sign_in) -> None:
    ground.homes(12)
    ground.homes(6, area=1)
    browser = sign_in(ground.leader)
    here = f"/turf/{ground.team.id}"
    assert browser.get("/turf").headers["Location"] == here
    assert "/cut" in browser.get(here).text
    assert browser.get(f"{here}/cut").text.count('name="area"') == 2
    made = browser.post(f"{here}/cut", data=form(ground))
    assert made.status_code == 303
    preview = made.headers["Location"]
    assert browser.get(preview).text.count("data-turf=") == 3
    drawn = browser.get(f"{preview}/map.geojson").get_json()
    assert sum(len(f["geometry"]["geometries"][-1]["coordinates"]) for f in drawn["features"]) == 18
    assert preview in browser.get(here).text
    assert browser.post(f"{preview}/accept").headers["Location"] == here
    assert browser.post(f"{preview}/accept").status_code == 404
    turf = ground.turfs()[0]
    one, two = ground.members[:2]
    told = {"first": one.user_id, "second": two.user_id, "name": "Xóm Chợ"}
    assert browser.post(f"/turf/turfs/{turf.id}", data=told).status_code == 303
    page = browser.get(here).text
    assert "Xóm Chợ" in page
    assert one.user.name in page
    assert two.user.name in page
    lon, lat = browser.get(f"{here}/map.geojson").get_json()["features"][0]["geometry"][
        "geometries"
    ][-1]["coordinates"][0]
    assert (lon, lat) == (pytest.approx(106.77, abs=0.1), pytest.approx(10.9, abs=0.1))


def test_a_proposal_thrown_away_leaves_the_turfs_as_they_were(ground: Ground, sign_in) -> None:
    ground.homes(8)
    ground.cut(parts=2)
    before = ground.held()
    browser = sign_in(ground.leader)
    made = browser.post(f"/turf/{ground.team.id}/cut", data=form(ground))
    browser.post(made.headers["Location"] + "/discard")
    assert ground.held() == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"area": []}, "khu phố|địa bàn"),
        ({"parts": ""}, "ố nguyên"),
        ({"parts": "500"}, "200"),
        ({"kind": "evened"}, "danh sách"),
    ],
)
def test_a_wrong_wish_is_shown_again_with_what_is_wrong(
    ground: Ground, sign_in, change: dict[str, object], words: str
) -> None:
    ground.homes(3)
    browser = sign_in(ground.leader)
    answer = browser.post(f"/turf/{ground.team.id}/cut", data=form(ground, **change))
    assert answer.status_code == 422
    assert re.search(words, answer.text)


def test_without_a_home_on_the_map_nothing_is_cut(ground: Ground, sign_in) -> None:
    ground.make.home(ground.areas[0], east=None)
    answer = sign_in(ground.leader).post(f"/turf/{ground.team.id}/cut", data=form(ground))
    assert answer.status_code == 422


def upload(browser, ground: Ground, content: bytes):
    data = {"file": (io.BytesIO(content), "turf.geojson")}
    return browser.post(f"/turf/{ground.team.id}/import", data=data)


def test_polygons_go_in_and_out_as_geojson(ground: Ground, sign_in) -> None:
    ground.homes(10)
    browser = sign_in(ground.leader)
    bad = upload(browser, ground, b"<kml/>")
    assert bad.status_code == 422
    assert "GeoJSON" in bad.text
    assert upload(browser, ground, file(square(9000, 9100))).status_code == 422
    good = upload(browser, ground, file(square(-20, 190, name="A"), square(190, 400, name="B")))
    assert good.status_code == 303
    browser.post(good.headers["Location"] + "/accept")
    saved = browser.get(f"/turf/{ground.team.id}/turfs.geojson")
    assert "attachment" in saved.headers["Content-Disposition"]
    said = json.loads(saved.data)
    assert [f["properties"]["name"] for f in said["features"]] == ["A", "B"]
    again = upload(browser, ground, saved.data)
    assert again.status_code == 303
    moved = ground.session.scalars(sa.select(TurfCut.figures).order_by(TurfCut.made_at)).all()
    assert moved[-1]["moved"] == 0


def test_new_homes_are_told_and_put_in(ground: Ground, sign_in) -> None:
    ground.homes(6)
    ground.cut(parts=2)
    ground.make.home(ground.areas[0], east=20)
    browser = sign_in(ground.leader)
    here = f"/turf/{ground.team.id}"
    assert "/refresh" in browser.get(here).text
    browser.post(f"{here}/refresh")
    assert "/refresh" not in browser.get(here).text


def test_how_long_taken_homes_are_kept(ground: Ground, sign_in) -> None:
    ground.homes(3)
    ground.cut(parts=1)
    browser = sign_in(ground.leader)
    here = f"/turf/{ground.team.id}"
    for hours, status in (("3", 303), ("40", 422), ("x", 422), ("", 303)):
        assert browser.post(f"{here}/lease", data={"hours": hours}).status_code == status


def test_turf_is_nobody_elses_business(ground: Ground, make, sign_in) -> None:
    ground.homes(4)
    turf = ground.cut(parts=1)[0]
    stranger = sign_in(make.user(Role.OFFICER))
    for path in ("", "/cut", "/map.geojson", "/turfs.geojson"):
        assert stranger.get(f"/turf/{ground.team.id}{path}").status_code == 404
    assert stranger.post(f"/turf/turfs/{turf.id}", data={}).status_code == 404
    assert sign_in(ground.members[0].user).get("/turf").status_code == 403


def test_a_page_of_many_turfs_asks_no_more_of_the_database(
    ground: Ground, sign_in, queries: list[str]
) -> None:
    ground.homes(20)
    browser, asked = sign_in(ground.leader), []
    for parts in (2, 8):
        for turf in ground.cut(parts=parts):
            ground.give(turf, ground.members[0])
        queries.clear()
        browser.get(f"/turf/{ground.team.id}")
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_turfs_are_drawn_by_clicks_or_by_typing_their_corners(ground: Ground, sign_in) -> None:
    ground.homes(10)
    browser = sign_in(ground.leader)
    here = f"/turf/{ground.team.id}/draw"
    assert browser.get(here).status_code == 200
    dots = browser.get(f"/turf/{ground.team.id}/homes.geojson").get_json()["features"][0]
    assert len(dots["geometry"]["geometries"][0]["coordinates"]) == 10
    bad = browser.post(here, data={"corners": "10.9 106.7\nnot here"})
    assert bad.status_code == 422
    assert "Dòng 2" in bad.text
    text = "# Xóm\n10.0, 106.0\n10.0, 107.0\n11.9, 107.0\n11.9, 106.0"
    made = browser.post(here, data={"corners": text})
    assert made.status_code == 303
    assert "Xóm" in browser.get(made.headers["Location"]).text
