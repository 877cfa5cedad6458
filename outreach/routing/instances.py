"""Reads and writes the planning format `visitplan-1`, refusing what no planner could answer."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from outreach.routing.demands import broken, unanswerable
from outreach.routing.problem import (
    WAIT_WEIGHT,
    Break,
    Household,
    Instance,
    Location,
    PreviousRoute,
    Team,
    WalkingSource,
    Walks,
)
from outreach.routing.walking import SPEED_MPS, walk_matrix

FORMAT = "visitplan-1"
_KNOWN = {
    *("format", "name", "speed_mps", "matrix", "locations", "teams", "households", "now"),
    *("previous_plan", "tolerance_s", "wait_weight", "fair"),
}


class BadInstance(ValueError):
    """The file cannot be planned; the message says what is wrong and where."""


#: Walking seconds between (lat, lon) points at so many metres a second, and what they are.
Walking = Callable[[Sequence[tuple[float, float]], float], tuple[Walks, WalkingSource]]


def straight(
    points: Sequence[tuple[float, float]], speed_mps: float
) -> tuple[Walks, WalkingSource]:
    """Straight lines x the usual detour: what there is without a street map."""
    return walk_matrix(points, speed_mps=speed_mps), WalkingSource.STRAIGHT_LINE


def load(path: Path, walking: Walking = straight) -> Instance:
    """The instance in a file, whole and checked. Raises BadInstance with a sentence.

    `walking` finds the times between places for a file that brings no matrix.
    """
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInstance(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise BadInstance(f"{path} is not JSON: {error}.") from error
    if not isinstance(said, dict):
        raise BadInstance(f"{path} must hold one JSON object.")
    return parse(said, path.parent, walking=walking)


def parse(
    said: Mapping[str, Any], folder: Path, *, strict: bool = True, walking: Walking = straight
) -> Instance:
    """The instance that a parsed file describes; its matrix is looked for in `folder`.

    Unless `strict`, homes that nobody could ever serve are let through, to be left out later.
    """
    if said.get("format", FORMAT) != FORMAT:
        raise BadInstance(f"The format is {said['format']!r}; this planner reads {FORMAT!r}.")
    try:
        teams = tuple(_team(t) for t in said["teams"])
        households = tuple(_household(h) for h in said["households"])
        previous = tuple(
            PreviousRoute(str(r["team"]), tuple(map(str, r["stops"])))
            for r in said.get("previous_plan") or ()
        )
        speed = _speed(said)
        now = None if said.get("now") is None else int(said["now"])
        tolerance = int(said.get("tolerance_s") or 0)
        weight = float(said.get("wait_weight", WAIT_WEIGHT))
        locations = tuple(_locations(said.get("locations") or ()))
        walks, source = _walks(said, folder, locations, speed, walking)
    except KeyError as error:
        raise BadInstance(f"The instance lacks {error.args[0]!r}.") from error
    except (TypeError, ValueError, AttributeError) as error:
        if isinstance(error, BadInstance):
            raise
        raise BadInstance(f"The instance holds a value of the wrong kind: {error}.") from error
    instance = Instance(
        locations=locations,
        teams=teams,
        households=households,
        walk_s=walks,
        name=str(said.get("name", "")),
        walking=source,
        speed_mps=speed,
        now=now,
        previous_plan=previous,
        tolerance_s=tolerance,
        wait_weight=weight,
        fair=bool(said.get("fair", True)),
        extra={k: v for k, v in said.items() if k not in _KNOWN},
    )
    for sentence in chain(broken(instance), unanswerable(instance) if strict else ()):
        raise BadInstance(sentence)
    return instance


def dump(instance: Instance, path: Path) -> None:
    """Writes NAME.json and, beside it, its walking times as NAME.npz."""
    matrix = path.with_suffix(".npz")
    np.savez_compressed(matrix, walk_s=instance.walk_s)
    said: dict[str, Any] = {
        "format": FORMAT,
        **instance.extra,
        "name": instance.name,
        "speed_mps": instance.speed_mps,
        "matrix": matrix.name,
        "locations": [{"lat": place.lat, "lon": place.lon} for place in instance.locations],
        "teams": [_team_said(team) for team in instance.teams],
        "households": [_household_said(household) for household in instance.households],
    }
    if instance.now is not None:
        said["now"] = instance.now
    if instance.tolerance_s:
        said["tolerance_s"] = instance.tolerance_s
    if instance.wait_weight != WAIT_WEIGHT:
        said["wait_weight"] = instance.wait_weight
    if not instance.fair:
        said["fair"] = False
    if instance.previous_plan:
        said["previous_plan"] = [
            {"team": r.team, "stops": list(r.stops)} for r in instance.previous_plan
        ]
    path.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")


def _speed(said: Mapping[str, Any]) -> float:
    speed = float(said.get("speed_mps") or SPEED_MPS)
    if not 0 < speed < float("inf"):
        raise BadInstance(f"The walking speed is {speed} m/s; it must be above zero.")
    return speed


def _locations(said: Sequence[Mapping[str, Any]]) -> Iterator[Location]:
    for place in said:
        if place.get("lat") is not None and place.get("lon") is not None:
            yield Location(float(place["lat"]), float(place["lon"]))
        else:
            yield Location(float("nan"), float("nan"))


def _walks(
    said: Mapping[str, Any],
    folder: Path,
    locations: Sequence[Location],
    speed: float,
    walking: Walking,
) -> tuple[Walks, WalkingSource]:
    if name := said.get("matrix"):
        try:
            with np.load(folder / str(name)) as arrays:
                return np.asarray(arrays["walk_s"], dtype=np.int32), WalkingSource.MATRIX
        except (OSError, ValueError, KeyError, EOFError) as error:
            raise BadInstance(f"The walking times {name} cannot be read: {error}.") from error
    try:
        points = [(place.lat, place.lon) for place in locations]
        return walking(points, speed)
    except ValueError as error:
        raise BadInstance(
            "There are neither walking times (matrix) nor coordinates for every location; "
            "give one of them."
        ) from error


def _team(said: Mapping[str, Any]) -> Team:
    return Team(
        id=str(said["id"]),
        start=int(said["start"]),
        end=None if said.get("end") is None else int(said["end"]),
        shift=_span(said["shift"]),
        skills=frozenset(map(str, said.get("skills") or ())),
        size=int(said.get("size") or 1),
        max_visits=_limit(said.get("max_visits")),
        max_walk_s=_limit(said.get("max_walk_s")),
        breaks=tuple(
            Break(int(b["earliest"]), int(b["latest"]), int(b["lasts_s"]))
            for b in sorted(said.get("breaks") or (), key=lambda b: int(b["earliest"]))
        ),
        capacity=None if said.get("capacity") is None else int(said["capacity"]),
        frozen_prefix=tuple(map(str, said.get("frozen_prefix") or ())),
        absent=bool(said.get("absent")),
        locked=bool(said.get("locked")),
    )


def _household(said: Mapping[str, Any]) -> Household:
    skills = said.get("skills") or ([said["skill"]] if said.get("skill") else [])
    return Household(
        id=str(said["id"]),
        loc=int(said["loc"]),
        service_s=int(said["service_s"]),
        prize=float(said["prize"]),
        skills=frozenset(map(str, skills)),
        tw=None if said.get("tw") is None else _span(said["tw"]),
        required=bool(said.get("required")),
        load=int(said.get("load") or 0),
        pinned_team=None if said.get("pinned_team") is None else str(said["pinned_team"]),
        cancelled=bool(said.get("cancelled")),
    )


def _span(said: Sequence[Any]) -> tuple[int, int]:
    first, last = said
    return int(first), int(last)


def _limit(said: Any) -> int | None:
    return int(said) if said else None


def _team_said(team: Team) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": team.id,
        "start": team.start,
        "end": team.end,
        "shift": list(team.shift),
        "skills": sorted(team.skills),
        "size": team.size,
    }
    if team.max_visits:
        said["max_visits"] = team.max_visits
    if team.max_walk_s:
        said["max_walk_s"] = team.max_walk_s
    if team.capacity is not None:
        said["capacity"] = team.capacity
    if team.breaks:
        said["breaks"] = [
            {"earliest": b.earliest, "latest": b.latest, "lasts_s": b.lasts_s} for b in team.breaks
        ]
    if team.frozen_prefix:
        said["frozen_prefix"] = list(team.frozen_prefix)
    said |= {word: True for word in ("absent", "locked") if getattr(team, word)}
    return said


def _household_said(household: Household) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": household.id,
        "loc": household.loc,
        "service_s": household.service_s,
        "prize": household.prize,
        "skill": min(household.skills, default=None),
        "tw": list(household.tw) if household.tw else None,
    }
    if len(household.skills) > 1:
        said["skills"] = sorted(household.skills)
    if household.required:
        said["required"] = True
    if household.load:
        said["load"] = household.load
    if household.pinned_team:
        said["pinned_team"] = household.pinned_team
    if household.cancelled:
        said["cancelled"] = True
    return said
