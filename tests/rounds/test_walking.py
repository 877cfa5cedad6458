"""On what a round's walking times stand: streets, learned detours or a guess, and it says so."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa

from outreach.accounts.models import Role
from outreach.core import i18n
from outreach.rounds import drawing, questions, sentences, services
from outreach.rounds.models import Round
from outreach.routing.streets import cache, graph, shelf, tables
from outreach.routing.walking import DETOUR_FACTOR
from outreach.teams.models import Position
from outreach.turf import walking
from outreach.turf.models import WalkingFactor
from outreach.turf.walking import Source, Walking
from tests import extracts, pdfs
from tests.conftest import NOW
from tests.rounds.worlds import World


def lay_streets(world: World, folder: Path, **about) -> str:
    """Import an extract with an alley before each home of a row."""
    path = extracts.comb(folder / "comb.osm.pbf", **about)
    kept = world.session.info["streets"]
    return shelf.put(kept, path, cache.opened(path, kept)).key


def said(round_: Round) -> Walking:
    found = walking.told(round_.figures, round_.detour_factor)
    assert found is not None
    return found


def walked(world: World, round_: Round) -> int:
    return sum(route.walking_s for route in world.routes(round_))


@pytest.fixture
def one(make, session, app) -> World:
    """A team of one."""
    return World(make, session, app.db, people=1)


def test_a_plan_on_streets_walks_down_each_alley_and_up_the_next(
    one: World, now, tmp_path: Path
) -> None:
    one.homes(4)
    guessed = one.plan()
    assert said(guessed) == Walking(Source.DEFAULT, DETOUR_FACTOR)
    key = lay_streets(one, tmp_path)
    planned = one.plan()
    source = said(planned)
    assert (source.source, source.key, source.date) == (Source.STREETS, key, "2026-11-20")
    stops = one.stops(planned)
    legs = [b.arrives_s - a.starts_s - a.service_s for a, b in pairwise(stops)]
    assert min(legs) == pytest.approx(300 * 1.1 / 1.2, abs=2)  # down, along and up: 300 m
    assert walked(one, planned) > 2.5 * walked(one, guessed)


def test_a_question_with_streets_and_one_without_ask_for_different_walks(
    one: World, now, tmp_path: Path
) -> None:
    homes = [questions.Home(f"h{n}", *extracts.spot(n * 60, 0), 600, 10) for n in range(3)]
    far = questions.Home("far", *extracts.spot(0, 2000), 600, 10)
    walker = questions.Walker("w", *extracts.spot(0, 0), 0, 36000)
    folder = one.session.info["streets"]
    streets = cache.OnStreets(str(folder), lay_streets(one, tmp_path), "ward")
    plain = questions.Question((*homes, far), (walker,), 1.35)
    asked = questions.Question((*homes, far), (walker,), 1.35, streets=streets)
    assert questions.question_from(json.loads(questions.to_json(asked))) == asked
    straight, posed = questions.posed(plain), questions.posed(asked)
    assert (straight.instance.walking.value, straight.far) == ("straight_line", frozenset())
    assert (posed.instance.walking.value, posed.far) == ("streets", frozenset({"far"}))
    assert straight.instance.walk_s[1, 2] == pytest.approx(60 * 1.35 / 1.2, abs=2)
    assert posed.instance.walk_s[1, 2] == pytest.approx(300 * 1.1 / 1.2, abs=2)
    assert (posed.instance.walk_s[4] == straight.instance.walk_s[4]).all()


def test_a_change_by_hand_measures_only_the_new_address(
    one: World, make, now, tmp_path: Path, monkeypatch
) -> None:
    one.homes(3)
    lay_streets(one, tmp_path)
    round_ = one.plan()
    urgent = make.home(one.area, east=180)
    searched: list[int] = []
    search = tables.metres

    def counted(place: tables.Town, rows: graph.Ints) -> graph.Floats:
        searched.append(len(rows))
        return search(place, rows)

    monkeypatch.setattr(tables, "metres", counted)
    services.add_home(one.edit(round_), urgent.id, None)
    one.session.commit()
    stops = one.stops(round_)
    services.move_stop(one.edit(round_), stops[-1].id, stops[-1].route_id, 1)
    one.session.commit()
    assert searched == [1]
    legs = one.stops(round_)
    assert legs[1].arrives_s - legs[0].starts_s - legs[0].service_s >= 300 * 1.1 / 1.2 - 2


def test_the_page_says_what_the_plan_stands_on_and_goes_on_saying_it(
    one: World, now, tmp_path: Path, sign_in
) -> None:
    homes = one.homes(3)
    lay_streets(one, tmp_path)
    round_ = one.plan()
    browser = sign_in(one.leader)
    here = f"/rounds/{round_.id}"
    page = browser.get(here).text
    assert "theo đường phố của bản trích ngày 20/11/2026" in page
    assert "OpenStreetMap" in page
    assert "ở xa mọi con đường" not in page
    lay_streets(one, tmp_path, teeth=13, date="2027-01-02")
    assert "ngày 20/11/2026" in browser.get(here).text
    homes[0].latitude = homes[0].latitude and homes[0].latitude + 0.01
    one.session.commit()
    one.plan(round_)
    page = browser.get(here).text
    assert "ngày 02/01/2027" in page
    assert "1 hộ ở xa mọi con đường trên bản đồ: tính theo đường thẳng × 1,35" in page
    route = browser.get(f"{here}/routes/{one.routes(round_)[0].id}").text
    assert route.count("Xa mọi con đường") == 1
    sheets = pdfs.read(browser.get(f"{here}/print.pdf").data)
    assert [line for leaf in sheets for line in leaf.lines].count("Xa mọi con đường") == 1


def test_an_extract_that_is_gone_leaves_a_straight_plan_that_says_so(
    one: World, now, tmp_path: Path
) -> None:
    one.homes(3)
    key = lay_streets(one, tmp_path)
    kept = one.session.info["streets"]
    (kept / f"{key}.streets.npz").unlink()
    round_ = one.plan()
    assert said(round_) == Walking(Source.DEFAULT, DETOUR_FACTOR)
    assert one.stops(round_)


def taught(world: World, factor: float | None, walks: int, *, area=None) -> None:
    area = area or world.area
    world.session.add(WalkingFactor(area_id=area.id, factor=factor, walks=walks, learned_at=NOW))
    world.session.commit()


def test_without_streets_the_neighbourhoods_own_detour_counts(one: World, now, sign_in) -> None:
    one.homes(4)
    guessed = one.plan()
    taught(one, 1.89, 312)
    round_ = one.plan()
    assert said(round_) == Walking(Source.LEARNED, 1.89, 312)
    assert walked(one, round_) == pytest.approx(walked(one, guessed) * 1.89 / 1.35, rel=0.05)
    browser = sign_in(one.leader)
    assert "đường thẳng × 1,89, rút ra từ 312 lần" in browser.get(f"/rounds/{round_.id}").text
    page = browser.get(f"/rounds/{guessed.id}").text
    assert "đường thẳng × 1,35 (ước đoán)" in page


def test_a_neighbourhood_with_few_walks_takes_its_communes(one: World, now) -> None:
    one.homes(4)
    taught(one, None, 12)
    taught(one, 1.6, 500, area=one.area.parent)
    assert said(one.plan()) == Walking(Source.LEARNED, 1.6, 500)


def test_plans_of_earlier_versions_are_still_understood(one: World, now, sign_in) -> None:
    one.homes(2)
    round_ = one.plan()
    round_.figures = {**round_.figures, "walking": "straight_line"}
    one.session.commit()
    assert said(round_) == Walking(Source.DEFAULT, 1.35)
    assert "(ước đoán)" in sign_in(one.leader).get(f"/rounds/{round_.id}").text


@pytest.mark.parametrize(
    ("source", "english"),
    [
        (None, r"^$"),
        (Walking(), r"straight line × 1\.35, a guess, at 4\.3 km/h\. Alleys may"),
        (Walking(Source.LEARNED, 1.42, 312), r"× 1\.42, learned from 312 walks here"),
        (Walking(Source.LEARNED, 1.42, 1), r"from 1 walk here"),
        (
            Walking(Source.STREETS, key="k", date="2026-11-20", far=("a", "b")),
            r"extract of 20/11/2026, 10 % added.*2 homes lie far from every street",
        ),
    ],
)
def test_each_source_has_its_sentence(source: Walking | None, english: str) -> None:
    i18n.speak("en")
    assert re.search(english, sentences.walking(source))
    if source is not None:
        assert walking.told({"walking": source.figures()}, 9.9) == source


def test_the_map_follows_the_streets_where_there_are_some(
    one: World, now, tmp_path: Path, sign_in
) -> None:
    one.homes(3)
    straight = one.plan()
    lay_streets(one, tmp_path)
    round_ = one.plan()
    browser = sign_in(one.leader)
    assert browser.get(f"/rounds/{straight.id}/map.json").json["lines"] is None
    assert browser.get(f"/rounds/{straight.id}/lines.json").json == {"lines": {}}
    data = browser.get(f"/rounds/{round_.id}/map.json").json
    answer = browser.get(data["lines"])
    (route,) = data["routes"]
    line = answer.json["lines"][route["id"]]
    assert len(line) > 2 * (len(route["stops"]) + 1)
    assert all(isinstance(number, int) for number in line)
    again = browser.get(data["lines"], headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    other = browser.get(f"/rounds/{round_.id}/lines.json?route={straight.id}")
    assert other.json == {"lines": {}}
    for path in one.session.info["streets"].iterdir():
        path.unlink()
    drawing._drawn.cache_clear()
    assert browser.get(data["lines"]).json == {"lines": {}}


def test_lines_are_for_those_who_run_or_oversee_the_team(
    one: World, now, sign_in, make, tmp_path: Path
) -> None:
    one.homes(2)
    lay_streets(one, tmp_path)
    here = f"/rounds/{one.plan().id}/lines.json"
    assert sign_in(one.leader).get(here).status_code == 200
    assert sign_in(one.members[0].user).get(here).status_code == 403
    stranger = make.member(make.team(one.area), position=Position.LEADER).user
    assert sign_in(stranger).get(here).status_code == 404
    assert sign_in(make.user(Role.OFFICER)).get(here).status_code == 404


def test_one_file_of_a_ward_serves_all_its_rounds(one: World, now, tmp_path: Path) -> None:
    one.homes(3)
    lay_streets(one, tmp_path)
    for _ in range(2):
        one.plan()
    kept = one.session.info["streets"]
    assert len(list(kept.glob("*.walks.npy"))) == 1
    assert len(list(kept.glob("*.json"))) == 1
    assert one.session.scalar(sa.select(sa.func.count(Round.id))) == 2


def test_pages_say_that_the_extract_of_a_plan_was_removed(
    one: World, now, tmp_path: Path, sign_in
) -> None:
    one.homes(3)
    key = lay_streets(one, tmp_path)
    round_ = one.plan()
    browser, route = sign_in(one.leader), one.routes(round_)[0]
    pages = (f"/rounds/{round_.id}", f"/rounds/{round_.id}/routes/{route.id}")
    told = "sửa từ giờ sẽ tính theo đường thẳng × 1,35"
    assert [told in browser.get(page).text for page in pages] == [False, False]
    shelf.remove(one.session.info["streets"], key)
    assert [told in browser.get(page).text for page in pages] == [True, True]
