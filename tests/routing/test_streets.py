"""Walking on streets: the way round, the alley that is private, the line that is drawn."""

from pathlib import Path

import numpy as np
import osmium
import pytest
from click.testing import CliRunner
from osmium.osm.mutable import Node, Way

from outreach.routing import instances
from outreach.routing.cli import routing
from outreach.routing.streets import cache, doors, extract, graph, lines, tables
from tests import extracts
from tests.routing.worlds import PLANNING

#: About a hundred metres north, and a hundred metres east, near the equator.
NORTH, EAST = 100 / 111_195, 100 / 111_195
#: Crossings by number: (metres north / 100, metres east / 100).
POINTS = {1: (0, 0), 2: (0, 3), 3: (2, 0), 4: (2, 3), 5: (1, 1), 6: (1, 3), 7: (9, 9), 8: (9, 8)}
#: A street round a block, an alley that ends in it, a private path through it, and an island.
WAYS = [
    ([1, 2], {"highway": "residential"}),
    ([2, 6, 4], {"highway": "tertiary"}),
    ([4, 3], {"highway": "living_street"}),
    ([6, 5], {"highway": "service", "service": "alley"}),
    ([5, 3], {"highway": "path", "access": "private"}),
    ([1, 3], {"highway": "motorway"}),
    ([7, 8], {"highway": "footway"}),
]


def at(north: float, east: float) -> tuple[float, float]:
    return north * NORTH, east * EAST


@pytest.fixture
def town(tmp_path: Path) -> Path:
    path = tmp_path / "town.osm.pbf"
    writer = osmium.SimpleWriter(str(path))
    for number, (north, east) in POINTS.items():
        writer.add_node(Node(id=number, location=at(north, east)[::-1], version=1))
    for number, (nodes, tags) in enumerate(WAYS, start=1):
        writer.add_way(Way(id=number, nodes=nodes, tags=tags, version=1))
    writer.close()
    return path


def measured(
    path: Path, *points: tuple[float, float]
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    streets = graph.build(extract.read(path))
    return tables.metres(tables.town(streets, points))


@pytest.mark.parametrize(
    ("tags", "may"),
    [
        ({"highway": "residential"}, True),
        ({"highway": "motorway"}, False),
        ({"highway": "primary", "foot": "no"}, False),
        ({"highway": "track", "access": "private"}, False),
        ({"highway": "service", "access": "private", "foot": "yes"}, True),
        ({"highway": "cycleway"}, False),
        ({"highway": "cycleway", "foot": "designated"}, True),
        ({"highway": "bridleway", "foot": "no"}, False),
        ({"highway": "trunk"}, True),
        ({"highway": "trunk", "motorroad": "yes"}, False),
        ({"highway": "proposed"}, False),
        ({"waterway": "river"}, False),
    ],
)
def test_people_walk_where_the_map_lets_them(tags: dict[str, str], may: bool) -> None:
    assert extract.walkable(tags) is may


def test_a_home_up_an_alley_is_reached_by_the_way_round(town: Path) -> None:
    table = measured(town, at(2, 0), at(1, 1))
    assert table[0, 1] == pytest.approx(600, rel=0.01)  # the line between them is 141 m
    assert np.array_equal(table, table.T)


def test_neighbours_on_one_street_walk_along_it_and_to_their_doors(town: Path) -> None:
    """The first 50 m from the street are a plot's own: no walking, but part of the visit."""
    table = measured(town, at(0.1, 1), at(-0.1, 1.5), at(-0.9, 1), at(-0.9, 1.5))
    assert table[0, 1] == pytest.approx(50, rel=0.01)
    assert table[0, 2] == pytest.approx(40, rel=0.02)
    assert table[2, 3] == pytest.approx(40 + 50 + 40, rel=0.01)
    assert table[0, 0] == 0


def test_a_home_beside_an_island_walks_on_the_main_streets(town: Path) -> None:
    streets = graph.build(extract.read(town))
    assert 0.85 < streets.share < 0.95
    assert np.isfinite(measured(town, at(9, 8.5), at(0, 0))).all()


def test_the_line_follows_the_bends(town: Path) -> None:
    streets = graph.build(extract.read(town))
    place = tables.town(streets, [at(0, 1), at(2, 1)])
    (leg,) = tables.line(place, [0, 1])
    wanted = [at(0, 1), at(0, 3), at(1, 3), at(2, 3), at(2, 1)]
    assert np.allclose(leg, wanted, atol=1e-6)
    drawn = graph.metres(np.array(leg), (0.0, 0.0))
    along = np.linalg.norm(np.diff(drawn, axis=0), axis=1).sum()
    assert along == pytest.approx(tables.metres(place)[0, 1], abs=1)


def test_the_same_door_twice_and_a_door_at_a_crossing(town: Path) -> None:
    table = measured(town, at(0, 0), at(0, 0), at(0, 3))
    assert table[0, 1] == pytest.approx(0, abs=0.1)
    assert table[0, 2] == pytest.approx(300, rel=0.01)


def test_what_was_measured_is_kept_and_only_new_homes_are_added(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "kept"
    points = [at(0, 1), at(2, 1), at(1, 1.5), at(0.5, 3)]
    fresh = cache.walks(cache.opened(town), points, 1.2)
    asked: list[int] = []
    search = tables.metres

    def counted(place: tables.Town, rows: graph.Ints) -> graph.Floats:
        asked.append(len(rows))
        return search(place, rows)

    monkeypatch.setattr(tables, "metres", counted)
    for count in (3, 3, 4, 2):
        again = cache.walks(cache.opened(town, folder), points[:count], 1.2)
        assert np.abs(again - fresh[:count, :count]).max() <= 1
    assert asked == [3, 1]
    assert {p.suffix for p in folder.iterdir()} == {".npy", ".npz"}


def test_a_broken_cache_is_made_again(town: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    before = cache.walks(cache.opened(town, folder), [at(0, 1), at(2, 1)], 1.2)
    for path in folder.iterdir():
        path.write_bytes(b"half a file")
    after = cache.walks(cache.opened(town, folder), [at(0, 1), at(2, 1)], 1.2)
    assert np.array_equal(before, after)


def test_a_tenth_is_added_to_what_the_map_says(town: Path) -> None:
    walks = cache.walks(cache.opened(town), [at(0, 0), at(0, 3)], 1.0)
    assert walks[0, 1] == pytest.approx(330, rel=0.01)


def test_a_file_that_is_no_extract_is_refused_in_words(tmp_path: Path) -> None:
    bad = tmp_path / "town.osm.pbf"
    with pytest.raises(extract.BadExtract, match="cannot be read"):
        cache.opened(bad)
    bad.write_bytes(b"not a map")
    with pytest.raises(extract.BadExtract, match="cannot be read"):
        cache.opened(bad)


def test_an_extract_without_streets_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "sea.osm.pbf"
    writer = osmium.SimpleWriter(str(path))
    writer.add_node(Node(id=1, location=(0.0, 0.0), version=1))
    writer.close()
    with pytest.raises(extract.BadExtract, match="no street"):
        cache.opened(path)


def test_the_command_prepares_streets_once(town: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    asked = ["streets", "import", str(town), "--folder", str(folder)]
    first, second = (CliRunner().invoke(routing, asked) for _ in range(2))
    assert first.exit_code == second.exit_code == 0
    assert first.output == second.output
    assert "OpenStreetMap contributors" in first.output
    assert CliRunner().invoke(routing, [*asked[:2], str(tmp_path / "none")]).exit_code == 1


def test_own_streets_agree_with_another_router_on_a_real_place() -> None:
    files = PLANNING / "instances"
    if not (files / "p2_streets.judge.npz").exists():
        pytest.skip("../shared/planning/instances/p2_streets.judge.npz is not here")
    theirs = instances.load(files / "p2_streets.judge.json")
    points = [(place.lat, place.lon) for place in theirs.locations]
    streets = graph.build(extract.read(files / "liechtenstein.osm.pbf"))
    table = tables.metres(tables.town(streets, points)) / theirs.speed_mps
    near = np.isfinite(table) & (table < 1800) & (table > 60)
    ratio = theirs.walk_s[near] / table[near]
    assert 0.94 < np.median(ratio) < 1.03  # ours adds the steps from the street to the door
    assert np.percentile(ratio, 90) < 1.10


def test_only_streets_around_the_homes_are_looked_at(town: Path) -> None:
    streets = graph.build(extract.read(town))
    around = doors.near(streets, [at(0, 1)], margin=150)
    assert 0 < len(around.first) < len(streets.first)
    assert doors.near(streets, [at(0, 1)]) is streets


def test_two_homes_of_one_house_are_drawn_as_one_place(tmp_path: Path) -> None:
    source = cache.opened(extracts.comb(tmp_path / "comb.osm.pbf"), tmp_path / "kept")
    house, next_ = extracts.spot(60, 10), extracts.spot(180, 10)
    (line,) = lines.along(source, [[house, house, next_]], "ward")
    assert line[0] == pytest.approx(house, abs=1e-6)
    assert line[-1] == pytest.approx(next_, abs=1e-6)
    assert len(line) > 3
