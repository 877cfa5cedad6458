"""Small made-up sessions for the planner's tests, and where the shared instances are."""

import importlib.util
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from outreach.routing.problem import Break, Household, Instance, Location, PreviousRoute, Team
from outreach.routing.walking import walk_matrix

PLANNING = Path(__file__).parents[2].parent / "shared" / "planning"
SHIFT = (8 * 3600, 11 * 3600)


def judge() -> ModuleType:
    """The shared judge as a module; the test is skipped where it is not on this machine."""
    path = PLANNING / "judge.py"
    if not path.exists():
        pytest.skip("../shared/planning/judge.py is not here")
    spec = importlib.util.spec_from_file_location("judge", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def judged(instance: Instance, stops: dict[str, list[str]]) -> dict[str, Any]:
    """The shared judge's figures of these routes."""
    said: dict[str, Any] = {
        "_M": instance.walk_s.astype(np.int64),
        "tolerance_s": instance.tolerance_s,
        "teams": [
            {
                "id": t.id,
                "start": t.start,
                "end": t.end,
                "shift": list(t.shift),
                "skills": sorted(t.skills),
                "max_visits": t.max_visits,
                "max_walk_s": t.max_walk_s,
                "frozen_prefix": list(t.frozen_prefix),
            }
            for t in instance.teams
        ],
        "households": [
            {
                "id": h.id,
                "loc": h.loc,
                "service_s": h.service_s,
                "prize": h.prize,
                "skill": min(h.skills, default=None),
                "tw": list(h.tw) if h.tw else None,
                "required": h.required,
                "pinned_team": h.pinned_team,
                "cancelled": h.cancelled,
            }
            for h in instance.households
        ],
        "now": instance.now,
        "previous_plan": [{"team": r.team, "stops": list(r.stops)} for r in instance.previous_plan],
    }
    routes = [{"team": team, "stops": homes} for team, homes in stops.items()]
    with np.errstate(all="ignore"):  # its upper bound divides by the seconds of a visit
        figures: dict[str, Any] = judge().score(said, routes)
    return figures


def world(
    points: list[tuple[float, float]],
    teams: list[Team],
    households: list[Household],
    **more: Any,
) -> Instance:
    """An instance on the ground; `points` are metres east and north of a crossing."""
    places = tuple(Location(10.98 + y / 111_195, 106.67 + x / 109_150) for x, y in points)
    walks = walk_matrix([(place.lat, place.lon) for place in places])
    return Instance(places, tuple(teams), tuple(households), walks, **more)


def street(homes: int, teams: int = 1, *, metres: float = 100, **household: Any) -> Instance:
    """Homes along one street, every `metres`; all teams start at its head."""
    points = [(0.0, 0.0), *((metres * (n + 1), 0.0) for n in range(homes))]
    visits = {"service_s": 600, "prize": 30.0, **household}
    return world(
        points,
        [Team(id=f"T{n}", start=0, shift=SHIFT) for n in range(teams)],
        [Household(id=f"H{n}", loc=n + 1, **visits) for n in range(homes)],
    )


_skills = st.frozensets(st.sampled_from(["bank", "carrier"]), max_size=1)


@st.composite
def _team(draw: st.DrawFn, number: int, places: int) -> Team:
    begins = draw(st.integers(0, 4)) * 1800 + SHIFT[0]
    return Team(
        id=f"T{number}",
        start=draw(st.integers(0, places - 1)),
        end=draw(st.none() | st.integers(0, places - 1)),
        shift=(begins, begins + draw(st.integers(0, 6)) * 1200),
        skills=draw(_skills),
        max_visits=draw(st.none() | st.integers(1, 5)),
        max_walk_s=draw(st.none() | st.integers(100, 3000)),
        absent=draw(st.integers(0, 5)) == 0,
    )


@st.composite
def _household(draw: st.DrawFn, number: int, places: int, teams: int) -> Household:
    opens = draw(st.integers(0, 8)) * 900 + SHIFT[0]
    window = (opens, opens + draw(st.integers(0, 3)) * 900)
    return Household(
        id=f"H{number}",
        loc=draw(st.integers(0, places - 1)),
        service_s=draw(st.integers(0, 30)) * 60,
        prize=float(draw(st.integers(0, 120))),
        skills=draw(_skills),
        tw=draw(st.none() | st.just(window)),
        required=draw(st.integers(0, 9)) == 0,
        pinned_team=draw(st.none() | st.none() | st.integers(0, teams - 1).map("T{}".format)),
        cancelled=draw(st.integers(0, 9)) == 0,
    )


@st.composite
def worlds(draw: st.DrawFn) -> Instance:
    """Small sessions with everything in them, some of it impossible."""
    places = draw(st.integers(2, 8))
    metres = st.floats(0, 2500, allow_nan=False)
    points = [(draw(metres), draw(metres)) for _ in range(places)]
    teams = draw(st.integers(1, 4))
    homes = draw(st.integers(0, 12))
    instance = world(
        points,
        [draw(_team(n, places)) for n in range(teams)],
        [draw(_household(n, places, teams)) for n in range(homes)],
    )
    return draw(_mid_session(instance)) if draw(st.booleans()) else instance


@st.composite
def busy_worlds(draw: st.DrawFn) -> Instance:
    """Small sessions with breaks and things to carry besides, which the shared judge knows not."""
    instance = draw(worlds())
    teams = []
    for team in instance.teams:
        begins = team.shift[0] + draw(st.integers(1, 8)) * 600
        rest = Break(begins, begins + draw(st.integers(0, 3)) * 600, draw(st.integers(0, 4)) * 300)
        inside = rest.earliest < team.shift[1] and draw(st.booleans())
        most = draw(st.none() | st.integers(0, 6))
        teams.append(replace(team, breaks=(rest,) if inside else (), capacity=most))
    homes = [replace(home, load=draw(st.integers(0, 3))) for home in instance.households]
    return replace(instance, teams=tuple(teams), households=tuple(homes))


@st.composite
def _mid_session(draw: st.DrawFn, instance: Instance) -> Instance:
    """The same session later: somebody has done something, and people hold a plan."""
    names = [home.id for home in instance.households]
    held: dict[str, list[str]] = {team.id: [] for team in instance.teams}
    for name in draw(st.permutations(names)):
        team = draw(st.none() | st.sampled_from(sorted(held)))
        if team is not None:
            held[team].append(name)
    done = {team: homes[: draw(st.integers(0, 2))] for team, homes in held.items()}
    return replace(
        instance,
        teams=tuple(replace(t, frozen_prefix=tuple(done[t.id])) for t in instance.teams),
        now=SHIFT[0] + draw(st.integers(0, 6)) * 900,
        previous_plan=tuple(PreviousRoute(t, tuple(homes)) for t, homes in held.items()),
    )
