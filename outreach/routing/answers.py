"""Writes a plan as a file: routes as the judge reads them, with what people want to know beside."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from outreach.routing.plan import Plan
from outreach.routing.problem import WalkingSource

#: For each team, the (lat, lon) points along the way to each stop.
Lines = Mapping[str, Sequence[Sequence[tuple[float, float]]]]


def write_plan(plan: Plan, path: Path, lines: Lines | None = None) -> None:
    """Writes the routes as the judge reads them, with times, figures and reasons beside them."""
    drawn = lines or {}
    said: dict[str, Any] = {
        "routes": [
            {
                "team": route.team,
                "stops": [stop.household for stop in route.stops],
                "times": [[stop.arrive, stop.start, stop.leave] for stop in route.stops],
                "walk_s": route.walk_s,
                "service_s": route.service_s,
                "wait_s": route.wait_s,
                **({"breaks": [list(rest) for rest in route.breaks]} if route.breaks else {}),
                **({"line": _rounded(drawn[route.team])} if route.team in drawn else {}),
            }
            for route in plan.routes
        ],
        "left_out": [
            {"household": left.household, "reason": left.reason, **left.facts}
            for left in plan.left_out
        ],
        "walking": plan.walking,
        "value_min": round(plan.figures.value, 1),
        "finished": plan.finished,
    }
    if plan.walking is WalkingSource.STREETS:
        said["attribution"] = "© OpenStreetMap contributors, ODbL 1.0"
    whole = json.dumps(said, ensure_ascii=False)
    beside = path.with_name(path.name + ".part")
    beside.write_text(whole, encoding="utf-8")
    beside.replace(path)


def _rounded(legs: Sequence[Sequence[tuple[float, float]]]) -> list[list[list[float]]]:
    """Legs with coordinates to a decimetre."""
    return [[[round(lat, 6), round(lon, 6)] for lat, lon in leg] for leg in legs]
