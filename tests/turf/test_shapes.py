"""Territories as shapes: what was drawn stays, the others are the ground nearest to their homes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from outreach.routing import polygons
from outreach.turf import geojson, queries, services, shapes
from outreach.turf.models import Turf
from tests.conftest import NOW
from tests.rounds.worlds import ZONE
from tests.turf.grounds import Ground
from tests.turf.test_services import file, square


def spots(ground: Ground) -> dict[object, list[tuple[float, float]]]:
    found: dict[object, list[tuple[float, float]]] = {}
    for point in queries.points(ground.session, ground.team):
        found.setdefault(point.turf_id, []).append((point.longitude, point.latitude))
    return found


def shape_of(features: dict[str, Any], turf: Turf) -> Any:
    by_number = {f["properties"]["number"]: f["geometry"] for f in features["features"]}
    return by_number.get(turf.number)


def upload(ground: Ground, content: bytes):
    return services.propose_drawn(
        ground.session, ground.team, geojson.read(content), actor=ground.leader, now=NOW, zone=ZONE
    )


def test_every_home_lies_in_the_outline_of_its_own_turf_alone(ground: Ground) -> None:
    ground.homes(12)
    ground.homes(12, north=30)
    turfs = ground.cut(parts=3, area_ids=(ground.areas[0].id,))
    saved, where = shapes.outlines(ground.session, ground.team), spots(ground)
    for turf in turfs:
        shape = shape_of(saved, turf)
        for other, homes in where.items():
            within = polygons.inside(homes, shape["coordinates"])
            assert within.tolist() == [other == turf.id] * len(homes)


def test_outlines_that_nobody_drew_are_read_again_as_the_same_turfs(ground: Ground) -> None:
    ground.homes(12)
    ground.homes(12, area=1)
    ground.cut(parts=4)
    saved = json.dumps(shapes.outlines(ground.session, ground.team)).encode()
    cut = upload(ground, saved)
    assert (cut.figures["moved"], cut.figures["outside"], cut.figures["twice"]) == (0, 0, 0)
    ground.session.rollback()


def test_a_drawn_turf_keeps_its_polygon_and_others_keep_out_of_it(ground: Ground) -> None:
    ground.homes(10)
    ground.homes(2, area=1)
    ground.accept(upload(ground, file(square(-20, 190, name="A"), square(170, 9000, name="B"))))
    one, other = ground.turfs()
    kept, other.outline = one.outline, None
    assert kept is not None
    ground.session.flush()
    saved = shapes.outlines(ground.session, ground.team)
    assert json.loads(json.dumps(shape_of(saved, one))) == json.loads(json.dumps(kept))
    made = shape_of(saved, other)
    east = max(x for x, _y in kept["coordinates"][0][0])
    corners = [x for polygon in made["coordinates"] for ring in polygon for x, _y in ring]
    assert min(corners) >= east - 0.5 / 109_000
    ground.session.rollback()


def test_a_turf_without_a_point_has_no_outline_and_stays_in_the_list(ground: Ground) -> None:
    homes = ground.homes(4)
    turfs = ground.cut(parts=2, area_ids=(ground.areas[0].id,))
    held = ground.held()
    for home in homes:
        if held[home.id] == turfs[0].id:
            home.latitude = home.longitude = None
    ground.session.flush()
    drawn = shapes.of_team(ground.session, ground.team)
    assert [f["properties"]["homes"] for f in drawn["features"]] == [0, 2]
    kinds = [[g["type"] for g in f["geometry"]["geometries"]] for f in drawn["features"]]
    assert kinds == [["MultiPoint"], ["MultiPolygon", "MultiPoint"]]
    assert shape_of(shapes.outlines(ground.session, ground.team), turfs[0]) is None
    ground.session.rollback()


def test_where_there_are_too_many_dots_outlines_are_still_of_all_homes(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    ground.homes(12)
    ground.cut(parts=2, area_ids=(ground.areas[0].id,))
    whole = shapes.outlines(ground.session, ground.team)
    monkeypatch.setattr(queries, "MOST_POINTS", 4)
    assert shapes.outlines(ground.session, ground.team) == whole
    for feature in shapes.of_team(ground.session, ground.team)["features"]:
        assert feature["properties"]["homes"] == 6
        assert len(feature["geometry"]["geometries"][-1]["coordinates"]) == 2
    ground.session.rollback()
