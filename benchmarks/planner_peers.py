"""OR-Tools and VROOM on a `visitplan-1` instance, as `python -m benchmarks.planner_peers` prints.

Each runs in a process of its own, on one thread, so that its CPU seconds and memory are its own.
"""

import json
import resource
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import numpy as np

from outreach.routing import check, instances, scoring
from outreach.routing.problem import Instance

#: OR-Tools and VROOM count in whole numbers; a minute is worth this many of them.
_MINUTE = 60
#: VROOM's priorities run from 0 to 100 and come before all walking.
_MOST = 100
#: VROOM is stopped after so many times the others' seconds.
_MOST_TIMES = 40
ROOT = Path(__file__).resolve().parents[1]


class Missing(RuntimeError):
    """The peer is not installed here."""


def measured(peer: str, path: Path, seconds: float) -> dict[str, float]:
    """V, CPU seconds and megabytes of one peer on one instance. Raises `Missing`."""
    said = subprocess.run(
        [sys.executable, "-m", "benchmarks.planner_peers", peer, str(path), str(seconds)],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    if said.returncode == 3:
        raise Missing(peer)
    if said.returncode:
        raise RuntimeError(f"{peer} on {path.name}: {said.stderr[-500:]}")
    figures: dict[str, float] = json.loads(said.stdout.splitlines()[-1])
    return figures


def or_tools(instance: Instance, seconds: float) -> dict[str, list[str]]:
    """Guided local search from the best insertion, until its process has used its seconds."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    walks = instance.walk_s.astype(np.int64)
    homes, teams = instance.households, instance.teams
    place = [home.loc for home in homes]
    starts = [len(homes) + n for n in range(len(teams))]
    place += [team.start for team in teams]
    nowhere = len(place)
    size = nowhere + 1
    way = np.zeros((size, size), np.int64)
    way[:nowhere, :nowhere] = walks[np.ix_(place, place)]
    served = np.zeros(size, np.int64)
    served[: len(homes)] = [home.service_s for home in homes]
    index = pywrapcp.RoutingIndexManager(size, len(teams), starts, [nowhere] * len(teams))
    model = pywrapcp.RoutingModel(index)
    walking = model.RegisterTransitMatrix(way.tolist())
    model.SetArcCostEvaluatorOfAllVehicles(walking)
    lasting = model.RegisterTransitMatrix((way + served[:, None]).tolist())
    horizon = max(team.shift[1] for team in teams)
    model.AddDimension(lasting, horizon, horizon, False, "time")  # noqa: FBT003 - its signature
    clock = model.GetDimensionOrDie("time")
    for number, team in enumerate(teams):
        clock.CumulVar(model.Start(number)).SetRange(team.shift[0], team.shift[0])
        clock.CumulVar(model.End(number)).SetRange(team.shift[0], team.shift[1])
        clock.SlackVar(model.Start(number)).SetRange(0, 0)
    for number, home in enumerate(homes):
        node = index.NodeToIndex(number)
        model.AddDisjunction([node], round(home.prize * _MINUTE))
        if home.tw:
            clock.CumulVar(node).SetRange(*home.tw)
        else:
            clock.SlackVar(node).SetRange(0, 0)
        if home.skills:
            able = [n for n, team in enumerate(teams) if home.skills <= team.skills]
            model.VehicleVar(node).SetValues([-1, *able])
    wanted = pywrapcp.DefaultRoutingSearchParameters()
    wanted.first_solution_strategy = (
        routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    )
    wanted.local_search_metaheuristic = (
        routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    )
    wanted.time_limit.FromSeconds(int(seconds * 30))
    solver = model.solver()
    limit = solver.CustomLimit(lambda: time.process_time() >= seconds)
    model.AddSearchMonitor(limit)
    found = model.SolveWithParameters(wanted)
    routes: dict[str, list[str]] = {}
    for number, team in enumerate(teams):
        here, stops = model.Start(number), []
        while found and not model.IsEnd(here):
            node = index.IndexToNode(here)
            if node < len(homes):
                stops.append(homes[node].id)
            here = found.Value(model.NextVar(here))
        routes[team.id] = stops
    return routes


def vroom(instance: Instance, seconds: float) -> dict[str, list[str]]:
    """Exploration 5 on one thread, to its end: 450 CPU seconds on w1200x40; cut short it is poor.

    (Cut at 180 s of those it had a value of 22,999; at its end 24,813.)
    """
    import vroom as engine

    dearest = max((home.prize for home in instance.households), default=1.0)
    skill = {s: n for n, s in enumerate(sorted({s for t in instance.teams for s in t.skills}))}
    asked = engine.Input()
    asked.set_durations_matrix(profile="car", matrix_input=instance.walk_s.astype(np.uint32))
    for number, team in enumerate(instance.teams):
        more = {} if team.end is None else {"end": team.end}
        asked.add_vehicle(
            engine.Vehicle(
                number, start=team.start, time_window=engine.TimeWindow(*team.shift),
                skills={skill[s] for s in team.skills}, **more,
            )
        )  # fmt: skip
    for number, home in enumerate(instance.households):
        more = {"time_windows": [engine.TimeWindow(*home.tw)]} if home.tw else {}
        asked.add_job(
            engine.Job(
                number, location=home.loc, default_service=home.service_s,
                skills={skill[s] for s in home.skills},
                priority=round(home.prize / dearest * _MOST), **more,
            )
        )  # fmt: skip
    rows = asked.solve(
        exploration_level=5, nb_threads=1, timeout=timedelta(seconds=_MOST_TIMES * seconds)
    ).routes
    routes: dict[str, list[str]] = {team.id: [] for team in instance.teams}
    for vehicle, kind, job in zip(rows["vehicle_id"], rows["type"], rows["id"], strict=True):
        if kind == "job":
            routes[instance.teams[int(vehicle)].id].append(instance.households[int(job)].id)
    return routes


PEERS = {"or_tools": or_tools, "vroom": vroom}


def run() -> None:
    peer, path, seconds = sys.argv[1:]
    instance = instances.load(Path(path))
    try:
        routes = PEERS[peer](instance, float(seconds))
    except ImportError:
        sys.exit(3)
    figures = scoring.figures(instance, routes)
    broken = check.violations(instance, routes)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({
        "V": figures.value, "visits": figures.visits, "walk_min": figures.walk_min,
        "purity": figures.purity or 0.0, "broken": len(broken),
        "CPU": used.ru_utime + used.ru_stime, "MB": used.ru_maxrss / 1024,
    }))  # fmt: skip


if __name__ == "__main__":
    run()
