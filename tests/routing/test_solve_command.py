"""`flask rounds solve`: writes a plan the judge accepts, or says in a sentence why it cannot."""

import json
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
    script = (
        "import resource, sys\n"
        "from outreach.rounds.cli import rounds\n"
        "rounds(sys.argv[1:], standalone_mode=False)\n"
        "own = resource.getrusage(resource.RUSAGE_SELF)\n"
        "kin = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print('CPU', own.ru_utime + own.ru_stime + kin.ru_utime + kin.ru_stime)\n"
    )
    seconds = 4
    args = ["solve", path, "--out", tmp_path / "plan.json", "--seconds", seconds]
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, args)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    used = float(done.stdout.rsplit("CPU", 1)[1])
    assert used <= 1.25 * seconds
