"""`make bench` finds every group, and a group is what has a `main`."""

import ast
from pathlib import Path

from benchmarks.__main__ import GROUPS, groups

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"


def test_all_groups_can_be_run_at_once() -> None:
    assert [name for name, _main in groups([])] == list(GROUPS)


def test_what_has_a_main_is_a_group() -> None:
    have = {
        path.stem
        for path in FOLDER.glob("*.py")
        for one in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(one, ast.FunctionDef) and one.name == "main"
    }
    assert have == set(GROUPS)
