"""Files in the format `visitplan-1`: what is read, what is written, what is refused and how."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from outreach.routing import instances, planner
from outreach.routing.problem import Instance, WalkingSource
from outreach.routing.walking import walk_matrix
from tests.routing.worlds import busy_worlds, street


def written(tmp_path: Path, **changes: Any) -> Path:
    """A sound file of four homes, with some of its values replaced."""
    path = tmp_path / "day.json"
    instances.dump(street(4, 2), path)
    said = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**said, **changes}), encoding="utf-8")
    return path


def with_home(tmp_path: Path, **changes: Any) -> Path:
    path = written(tmp_path)
    homes = json.loads(path.read_text(encoding="utf-8"))["households"]
    return written(tmp_path, households=[{**homes[0], **changes}, *homes[1:]])


def with_team(tmp_path: Path, **changes: Any) -> Path:
    path = written(tmp_path)
    teams = json.loads(path.read_text(encoding="utf-8"))["teams"]
    return written(tmp_path, teams=[{**teams[0], **changes}, *teams[1:]])


@settings(max_examples=30, deadline=None)
@given(instance=busy_worlds())
def test_what_is_written_is_read_again(
    instance: Instance, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("files") / "day.json"
    instances.dump(instance, path)
    again = instances.parse(json.loads(path.read_text(encoding="utf-8")), path.parent, strict=False)
    assert again.teams == instance.teams
    assert again.households == instance.households
    assert again.previous_plan == instance.previous_plan
    assert again.now == instance.now
    assert np.array_equal(again.walk_s, instance.walk_s)


def test_without_a_matrix_straight_lines_are_used_and_said(tmp_path: Path) -> None:
    instance = instances.load(written(tmp_path, matrix=None))
    assert instance.walking is WalkingSource.STRAIGHT_LINE
    assert planner.solve(instance, seconds=0).walking is WalkingSource.STRAIGHT_LINE
    assert np.array_equal(instance.walk_s, street(4, 2).walk_s)


REFUSED = [
    (written, {"teams": []}, "0 teams"),
    (written, {"format": "visitplan-2"}, "visitplan-2"),
    (written, {"households": None}, "wrong kind"),
    (written, {"matrix": "gone.npz"}, "gone.npz cannot be read"),
    (written, {"matrix": None, "locations": [{}] * 5}, "neither walking times"),
    (written, {"locations": [{"lat": 0, "lon": 0}]}, "5 x 5, but there are 1"),
    (with_home, {"service_s": -60}, "negative visiting time"),
    (with_home, {"service_s": "soon"}, "wrong kind"),
    (with_home, {"prize": -1}, "prize"),
    (with_home, {"prize": float("nan")}, "prize"),
    (with_home, {"loc": 99}, "location 99"),
    (with_home, {"skill": "juggling"}, "'juggling', which no team holds"),
    (with_home, {"tw": [0, 3600]}, "outside every shift"),
    (with_home, {"tw": [3600]}, "wrong kind"),
    (with_home, {"tw": [36000, 32400]}, "ends before it begins"),
    (with_home, {"pinned_team": "T9"}, "T9, which does not exist"),
    (with_home, {"id": "H1"}, "Household H1 appears 2 times"),
    (with_team, {"id": "T1"}, "Team T1 appears 2 times"),
    (with_team, {"start": 7}, "start 7"),
    (with_team, {"shift": [39600, 28800]}, "ends before it begins"),
    (with_team, {"frozen_prefix": ["H9"]}, "H9, which is not listed"),
    (with_team, {"max_visits": -1}, "max_visits below zero"),
    (with_team, {"capacity": -1}, "capacity below zero"),
    (with_team, {"breaks": [{"earliest": 36000, "latest": 32400, "lasts_s": 600}]}, "must begin"),
    (with_team, {"breaks": [{"earliest": 0, "latest": 0, "lasts_s": 600}]}, "outside its shift"),
    (with_team, {"breaks": [{"earliest": 36000, "latest": 36000, "lasts_s": -1}]}, "than nothing"),
    (with_team, {"breaks": [{"latest": 36000}]}, "lacks 'earliest'"),
    (with_team, {"breaks": 5}, "wrong kind"),
    (with_home, {"load": -1}, "load below zero"),
    (written, {"now": "noon"}, "wrong kind"),
    (written, {"speed_mps": -1, "matrix": None}, "walking speed"),
    (written, {"wait_weight": 2}, "waiting"),
    (written, {"teams": {}}, "0 teams"),
]


@pytest.mark.parametrize(("make", "changes", "sentence"), REFUSED)
def test_a_bad_file_is_refused_with_a_sentence(
    make: Any, changes: dict[str, Any], sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(instances.BadInstance) as refusal:
        instances.load(make(tmp_path, **changes))
    assert sentence in str(refusal.value)
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize("content", ["", "[1, 2]", "{", '{"teams": []}', "{} trailing"])
def test_a_file_that_is_something_else_is_refused_with_a_sentence(
    content: str, tmp_path: Path
) -> None:
    path = tmp_path / "day.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(instances.BadInstance):
        instances.load(path)


def test_a_matrix_that_is_not_one_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.with_suffix(".npz").write_bytes(b"not a matrix")
    with pytest.raises(instances.BadInstance, match="cannot be read"):
        instances.load(path)


def test_walking_times_are_symmetric_and_grow_with_the_detour() -> None:
    points = [(10.98, 106.67), (10.981, 106.67), (10.98, 106.69)]
    walks = walk_matrix(points)
    assert walks.dtype == np.int32
    assert np.array_equal(walks, walks.T)
    assert walks[0, 0] == 0
    metres = 111.195
    assert walks[0, 1] == pytest.approx(metres * 1.35 / 1.2, abs=1)
    assert walk_matrix(points, detour_factor=2.7)[0, 1] == pytest.approx(2 * walks[0, 1], abs=1)


def test_walking_times_refuse_points_without_coordinates() -> None:
    with pytest.raises(ValueError, match="latitude"):
        walk_matrix([(10.9, 106.7), (float("nan"), 106.7)])
