"""Files of polygons: what is read, and what is said of those that cannot be."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core import i18n
from outreach.core.errors import Refusal
from outreach.routing import polygons
from outreach.turf import geojson

RING = [[106.7, 10.9], [106.8, 10.9], [106.8, 11.0], [106.7, 11.0], [106.7, 10.9]]
HOLE = [[106.74, 10.94], [106.76, 10.94], [106.76, 10.96], [106.74, 10.96], [106.74, 10.94]]


def polygon(*rings) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": list(rings)}


def said(value: object) -> bytes:
    return json.dumps(value).encode()


def test_features_collections_and_bare_geometries_are_read() -> None:
    feature = {
        "type": "Feature",
        "properties": {"name": " Xóm\u202e 1"},
        "geometry": polygon(RING),
    }
    for content in (feature, {"type": "FeatureCollection", "features": [feature]}):
        (shape,) = geojson.read(said(content))
        assert shape.name == "Xóm 1"
    many = {"type": "MultiPolygon", "coordinates": [[RING], [HOLE]]}
    (shape,) = geojson.read(b"\xef\xbb\xbf" + said(many))
    assert len(shape.polygons) == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe", "cannot be read as JSON"),
        (b"<kml>", "cannot be read as JSON"),
        (said([1, 2]), "not GeoJSON"),
        (said({"type": "Topology"}), "not GeoJSON"),
        (said({"type": "FeatureCollection", "features": []}), "no polygon"),
        (said({"type": "Feature", "geometry": None}), "Shape 1 is no polygon"),
        (said({"type": "FeatureCollection", "features": [3]}), "Shape 1 is no polygon"),
        (said({"type": "Polygon", "coordinates": "x"}), "damaged"),
        (said(polygon([[106.7, "x"]] * 4)), "damaged"),
        (said(polygon([106.7] * 4)), "damaged"),
        (said(polygon(RING[:2])), "too few corners"),
        (said(polygon(RING[:4])), "not closed"),
        (said(polygon([[y, x] for x, y in RING])), "latitude first"),
        (said(polygon([[x * 1e4, y * 1e5] for x, y in RING])), "WGS 84"),
        (said(polygon([RING[0], RING[2], RING[1], RING[3], RING[0]])), "crosses itself"),
        (said(polygon(RING)).replace(b"106.7", b"NaN"), "WGS 84"),
        (b" " * (geojson.MOST_BYTES + 1), "2 MB"),
    ],
)
def test_a_bad_file_is_answered_with_what_is_wrong(content: bytes, words: str) -> None:
    i18n.speak("en")
    with pytest.raises(Refusal, match=words):
        geojson.read(content)


def test_a_hole_is_outside() -> None:
    (shape,) = geojson.read(said(polygon(RING, HOLE)))
    points = [(106.71, 10.91), (106.75, 10.95), (106.9, 10.95)]
    assert polygons.inside(points, shape.polygons).tolist() == [True, False, False]


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_file_at_all_breaks_the_reader(content: bytes) -> None:
    with contextlib.suppress(Refusal):
        geojson.read(content)


def test_corners_that_were_clicked_or_typed_are_shapes() -> None:
    text = "# Xóm 1\n10.9, 106.7\n10.9; 106.8\n11.0 106.8\n\n10.1,106.7\n10.1,106.8\n10.2,106.8\n"
    one, other = geojson.written(text)
    assert (one.name, other.name) == ("Xóm 1", "")
    assert one.polygons[0][0] == ((106.7, 10.9), (106.8, 10.9), (106.8, 11.0), (106.7, 10.9))
    assert [s.name for s in geojson.written("# A\n1,1\n1,2\n2,2\n# B\n3,3\n3,4\n4,4")] == ["A", "B"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Nothing"),
        ("# name", "Nothing"),
        ("10.9, 106.7\nhere", "Line 2"),
        ("106.7, 10.9", "Line 1"),
        ("1,1\n1,2", "too few corners"),
        ("0,0\n1,1\n1,0\n0,1", "crosses itself"),
    ],
)
def test_what_is_wrong_with_corners_is_said(text: str, words: str) -> None:
    i18n.speak("en")
    with pytest.raises(Refusal, match=words):
        geojson.written(text)
