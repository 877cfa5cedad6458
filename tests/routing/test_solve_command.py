"""`flask rounds solve`: writes a plan the judge accepts, or says in a sentence why it cannot."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from outreach.rounds.cli import rounds
from outreach.routing import instances
from tests.routing.worlds import PLANNING, judged, street


def run(*args: object) -> tuple[int, str]:
    result = CliRunner().invoke(rounds, ["solve", *map(str, args)])
    return result.exit_code, result.output


def test_a_file_is_planned_and_written(tmp_path: Path) -> None:
    instance = street(12, 2)
    instances.dump(instance, tmp_path / "day.json")
    out = tmp_path / "plan.json"
    code, said = run(tmp_path / "day.json", "--out", out, "--seconds", 0.2, "--seed", 3)
    assert code == 0
    assert "12 visits by 2 teams" in said
    plan = json.loads(out.read_text(encoding="utf-8"))
    stops = {route["team"]: route["stops"] for route in plan["routes"]}
    assert judged(instance, stops)["violations"] == []
    assert plan["left_out"] == []


def test_a_bad_file_ends_with_status_2_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "day.json").write_text('{"teams": [], "households": []}', encoding="utf-8")
    out = tmp_path / "plan.json"
    code, said = run(tmp_path / "day.json", "--out", out)
    assert code == 2
    assert "0 teams" in said
    assert not out.exists()


def test_a_missing_file_ends_with_status_2(tmp_path: Path) -> None:
    code, said = run(tmp_path / "none.json", "--out", tmp_path / "plan.json")
    assert code == 2
    assert "cannot be read" in said


def test_a_place_that_cannot_be_written_ends_with_status_2(tmp_path: Path) -> None:
    instances.dump(street(2), tmp_path / "day.json")
    out = tmp_path / "nowhere" / "plan.json"
    code, said = run(tmp_path / "day.json", "--out", out, "--seconds", 0)
    assert code == 2
    assert "cannot be written" in said


def test_the_whole_process_keeps_its_cpu_seconds(tmp_path: Path) -> None:
    path = PLANNING / "instances" / "w1200_s1.json"
    if not path.exists():
        pytest.skip("../shared/planning/instances/w1200_s1.json is not here")
    asked = started(path, "--out", tmp_path / "plan.json", "--seconds", 4)
    _, status, used = os.wait4(asked.pid, 0)
    asked.returncode = os.waitstatus_to_exitcode(status)
    asked.communicate()
    assert asked.returncode == 0
    assert used.ru_utime + used.ru_stime <= 1.25 * 4


def started(*args: object) -> subprocess.Popen[str]:
    """The command in a process of its own, as people start it."""
    flask = Path(sys.executable).with_name("flask")
    return subprocess.Popen(
        [flask, "rounds", "solve", *map(str, args)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


@pytest.mark.parametrize("word", [signal.SIGTERM, signal.SIGINT])
def test_stopped_in_the_middle_it_writes_the_best_plan_so_far(
    word: signal.Signals, tmp_path: Path
) -> None:
    instance = street(60, 4)
    instances.dump(instance, tmp_path / "day.json")
    out = tmp_path / "plan.json"
    with started(tmp_path / "day.json", "--out", out, "--seconds", 600, "--progress") as asked:
        assert asked.stderr is not None
        asked.stderr.readline()  # it has a plan, and thinks
        asked.send_signal(word)
        said, _ = asked.communicate()
    assert asked.returncode == 0
    assert "best plan so far" in said
    plan = json.loads(out.read_text(encoding="utf-8"))
    assert not plan["finished"]
    stops = {route["team"]: route["stops"] for route in plan["routes"]}
    assert judged(instance, stops)["violations"] == []


def test_the_plan_says_where_walking_times_came_from(tmp_path: Path) -> None:
    instances.dump(street(3), tmp_path / "day.json")
    said = json.loads((tmp_path / "day.json").read_text(encoding="utf-8"))
    (tmp_path / "line.json").write_text(json.dumps({**said, "matrix": None}), encoding="utf-8")
    for name, source, words in (
        ("day", "matrix", "own walking times"),
        ("line", "straight_line", "a guess"),
    ):
        out = tmp_path / f"{name}.plan.json"
        _, told = run(tmp_path / f"{name}.json", "--out", out, "--seconds", 0)
        assert words in told
        assert json.loads(out.read_text(encoding="utf-8"))["walking"] == source


def test_an_extract_gives_street_times_and_lines_to_draw(tmp_path: Path) -> None:
    files = PLANNING / "instances"
    if not (files / "p2_streets.planner.json").exists():
        pytest.skip("../shared/planning/instances/p2_streets.planner.json is not here")
    out = tmp_path / "plan.json"
    args = ["--streets", files / "liechtenstein.osm.pbf", "--cache", tmp_path, "--seconds", 0]
    code, said = run(files / "p2_streets.planner.json", "--out", out, *args)
    assert code == 0
    assert "streets of the extract" in said
    plan = json.loads(out.read_text(encoding="utf-8"))
    assert plan["walking"] == "streets"
    assert "OpenStreetMap contributors" in plan["attribution"]
    assert all(len(r["line"]) == len(r["stops"]) and all(r["line"]) for r in plan["routes"])
    law = instances.load(files / "p2_streets.judge.json")
    assert judged(law, {r["team"]: r["stops"] for r in plan["routes"]})["violations"] == []


def test_an_extract_that_is_none_ends_with_status_2(tmp_path: Path) -> None:
    instances.dump(street(3), tmp_path / "day.json")
    (tmp_path / "map.osm.pbf").write_bytes(b"not a map")
    args = ["--streets", tmp_path / "map.osm.pbf", "--cache", tmp_path, "--seconds", 0]
    code, said = run(tmp_path / "day.json", "--out", tmp_path / "plan.json", *args)
    assert code == 2
    assert "OpenStreetMap extract" in said
