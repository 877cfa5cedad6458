"""What is kept of a ward: its table, its piece of the streets, its extract, its lines."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from outreach.routing.cli import routing
from outreach.routing.streets import cache, extract, graph, lines, shelf, tables
from outreach.routing.walking import walk_matrix
from tests import extracts
from tests.extracts import spot

HOMES = [spot(0, 0), spot(60, 0), spot(120, 0)]
FAR = spot(0, 900)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "streets"


@pytest.fixture
def source(tmp_path: Path, folder: Path) -> cache.Source:
    path = extracts.comb(tmp_path / "comb.osm.pbf")
    found = cache.opened(path, folder)
    shelf.put(folder, path, found)
    return cache.prepared(folder, found.key)


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows were searched, each time some were."""
    rows: list[int] = []
    search = tables.metres

    def counted(place: tables.Town, asked: graph.Ints) -> graph.Floats:
        rows.append(len(asked))
        return search(place, asked)

    monkeypatch.setattr(tables, "metres", counted)
    return rows


def test_a_new_address_adds_its_row_and_the_others_are_read(
    source: cache.Source, searched: list[int]
) -> None:
    cache.measured(source, HOMES[:2], "ward")
    grown = cache.measured(source, HOMES, "ward")
    again = cache.measured(source, HOMES[::-1], "ward")
    assert searched == [2, 1]
    assert np.allclose(grown.metres, again.metres[::-1, ::-1])
    assert grown.metres[0, 1] == pytest.approx(300, abs=1)
    assert np.allclose(grown.metres, grown.metres.T)


def test_wards_do_not_mix_and_ways_on_end_in_one_of_them(
    source: cache.Source, folder: Path, searched: list[int]
) -> None:
    cache.measured(source, HOMES, "one")
    cache.measured(source, HOMES, "two")
    assert searched == [3, 3]
    assert len(list(folder.glob("*.walks.npy"))) == len(list(folder.glob("*.near.npz"))) == 2


def test_known_ways_are_read_without_the_streets(source: cache.Source, folder: Path) -> None:
    before = cache.measured(source, HOMES, "ward")
    for path in folder.glob("*.npz"):
        path.write_bytes(b"gone")
    after = cache.measured(cache.Source(source.key, folder), HOMES, "ward")
    assert np.allclose(before.metres, after.metres, atol=0.01)
    with pytest.raises(extract.BadExtract):
        cache.measured(cache.Source(source.key, folder), [*HOMES, FAR], "ward")


def test_half_a_table_is_made_again(source: cache.Source, folder: Path) -> None:
    before = cache.measured(source, HOMES, "ward")
    (kept,) = folder.glob("*.walks.npy")
    for bad in (kept.read_bytes()[:200], b"", b"\x93NUMPY", np.zeros((2, 2)).tobytes()):
        kept.write_bytes(bad)
        after = cache.measured(source, HOMES, "ward")
        assert np.allclose(before.metres, after.metres, atol=0.01)
    np.save(kept, np.zeros((3, 3), np.int32))
    assert np.allclose(cache.measured(source, HOMES, "ward").metres, before.metres, atol=0.01)


def test_a_home_far_from_every_street_walks_straight_and_is_named(source: cache.Source) -> None:
    points = [*HOMES, FAR]
    table = cache.measured(source, points, "ward")
    walks, far = tables.seconds_with_far(table, points, 1.2, 1.4)
    assert far.tolist() == [False, False, False, True]
    assert np.array_equal(walks[3], walk_matrix(points, 1.4)[3])
    assert np.array_equal(walks[:, 3], walk_matrix(points, 1.4)[:, 3])
    assert walks[0, 1] == pytest.approx(300 * 1.1 / 1.2, abs=2)


def test_the_latest_extract_that_covers_most_homes_is_used(
    source: cache.Source, folder: Path, tmp_path: Path
) -> None:
    assert shelf.covering(folder, HOMES) == shelf.listed(folder)[0]
    assert shelf.covering(folder, [(60.17, 24.94)]) is None
    assert shelf.covering(folder, []) is None
    newer = extracts.comb(tmp_path / "newer.osm.pbf", teeth=13, date="2026-11-25")
    note = shelf.put(folder, newer, cache.opened(newer, folder))
    os.utime(folder / f"{note.key}.json", (4e9, 4e9))
    found = shelf.covering(folder, HOMES)
    assert found is not None
    assert (found.key, found.name, found.date) == (note.key, "newer.osm.pbf", "2026-11-25")
    (folder / f"{note.key}.json").write_text("{}")
    found = shelf.covering(folder, HOMES)
    assert found is not None
    assert (found.name, found.date) == ("comb.osm.pbf", "2026-11-20")


def test_an_extract_that_says_no_day_has_its_files(tmp_path: Path, folder: Path) -> None:
    path = extracts.write(
        tmp_path / "bare.osm.pbf", {1: HOMES[0], 2: HOMES[1]}, [([1, 2], extracts.STREET)]
    )
    os.utime(path, (1_795_000_000, 1_795_000_000))
    assert shelf.put(folder, path, cache.opened(path, folder)).date == "2026-11-18"


def test_the_command_is_all_an_operator_needs(tmp_path: Path, folder: Path, monkeypatch) -> None:
    monkeypatch.setenv("OUTREACH_STREETS_FOLDER", str(folder))
    path = extracts.comb(tmp_path / "comb.osm.pbf")
    assert "None yet" in CliRunner().invoke(routing, ["streets", "list"]).output
    told = CliRunner().invoke(routing, ["streets", "import", str(path)])
    assert told.exit_code == 0
    assert "2026-11-20" in told.output
    assert shelf.covering(folder, HOMES) is not None
    assert "comb.osm.pbf" in CliRunner().invoke(routing, ["streets", "list"]).output


def test_an_extract_is_removed_with_all_that_was_measured_on_it(
    source: cache.Source, folder: Path
) -> None:
    cache.measured(source, HOMES, "ward")
    asked = ["streets", "remove", "--folder", str(folder)]
    assert CliRunner().invoke(routing, [*asked, "*"]).exit_code == 1
    told = CliRunner().invoke(routing, [*asked, source.key])
    assert told.output == "Removed 4 files.\n"
    assert list(folder.iterdir()) == []


def test_a_route_is_drawn_down_one_alley_and_up_the_next(source: cache.Source) -> None:
    (line,) = lines.along(source, [HOMES[:2]], "ward")
    wanted = [spot(0, 0), spot(0, -120), spot(60, -120), spot(60, 0)]
    assert np.allclose(line, wanted, atol=2e-5)


def test_a_route_off_the_streets_is_drawn_straight(source: cache.Source) -> None:
    far = [spot(9000, 9000), spot(9000, 9500)]
    found = lines.along(source, [HOMES, far, []], "ward")
    assert found[0][0] == pytest.approx(HOMES[0], abs=1e-6)
    assert found[0][-1] == pytest.approx(HOMES[-1], abs=1e-6)
    assert found[1][0] == pytest.approx(far[0], abs=1e-6)
    assert found[1][-1] == pytest.approx(far[1], abs=1e-6)
    assert found[2] == []


places = st.tuples(st.floats(10.9, 10.92), st.floats(106.76, 106.78))


@given(st.lists(places, max_size=40))
def test_a_simplified_line_is_never_far_from_the_whole_one(line: list[tuple[float, float]]) -> None:
    few = lines.simplified(line, 2.0)
    assert len(few) <= len(line)
    assert few[:1] == line[:1]
    assert few[-1:] == line[-1:]
    if len(line) < 2:
        return
    middle = np.array(line).mean(axis=0)
    plane = graph.metres(np.array(few), middle)
    for point in graph.metres(np.array(line), middle):
        off = min(lines._off(point[None], a, b)[0] for a, b in pairwise(plane))
        assert off <= 2.0 + 1e-6


@given(st.lists(places, max_size=40))
def test_a_packed_line_is_the_line_to_a_metre(line: list[tuple[float, float]]) -> None:
    packed = np.array(lines.packed(line)).reshape(-1, 2).cumsum(axis=0) / 1e5
    if line:
        assert np.abs(packed[0] - line[0]).max() <= 0.5e-5 + 1e-12
        assert np.abs(packed[-1] - line[-1]).max() <= 0.5e-5 + 1e-12
    assert all(np.abs(packed - point).max(axis=1).min() <= 0.5e-5 + 1e-12 for point in line)


def test_real_streets_are_measured_kept_and_drawn_alike(folder: Path, data: Path) -> None:
    path = data / "osm" / "helsinki.osm.pbf"
    if not path.exists():
        pytest.skip("../shared/data/osm/helsinki.osm.pbf is not here")
    source = cache.opened(path, folder)
    chance = np.random.default_rng(7)
    near = source.streets.points[chance.choice(len(source.streets.points), 60)]
    homes = near + chance.normal(0, 1e-4, near.shape)
    table = cache.measured(source, homes, "ward")
    line = np.array(lines.along(source, [homes], "ward")[0])
    drawn = np.linalg.norm(np.diff(graph.metres(line, homes.mean(axis=0)), axis=0), axis=1).sum()
    walked = table.metres[np.arange(59), np.arange(1, 60)].sum()
    assert drawn == pytest.approx(walked, rel=0.02)
    assert len(lines.packed(list(map(tuple, line)))) < 3000
