"""One run each of the planner's benchmark: ours by its command, PyVRP as it comes and as tuned."""

import importlib.util
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from outreach.routing import (
    encoding,
    engine,
    field,
    insertion,
    instances,
    planner,
    pruning,
    scoring,
)
from outreach.routing.plan import Figures
from outreach.routing.problem import Household, Instance, Location, Team

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
INSTANCES = SHARED / "planning" / "instances"
MADE = Path(tempfile.gettempdir()) / "outreach-bench"
#: PyVRP 0.14 as it comes, but for one thing that our instances need: whole-number minutes.
PLAIN = engine.Tuning(perturbations=25, history=300, lateness=50_000.0, adapted_every=500)
#: As `../shared/planning/README.md` §7 recommends it: warm start, pruned, perturbation 10.
README = engine.Tuning(perturbations=10, history=300, lateness=50_000.0, adapted_every=500)


@dataclass(frozen=True, slots=True)
class Run:
    """What the judge said of a plan, and what making it took."""

    judged: dict[str, Any]
    seconds: float
    cpu: float
    megabytes: float

    @property
    def overrun(self) -> float:
        return self.cpu / self.seconds


@cache
def _judge() -> ModuleType:
    spec = importlib.util.spec_from_file_location("judge", SHARED / "planning" / "judge.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _file(day: str) -> Path:
    return Path(day) if day.endswith(".json") else INSTANCES / f"{day}.json"


def ours(day: str, seconds: float, seed: int, *more: str, judge: str = "") -> Run:
    """`flask rounds solve` in a process of its own, judged; a broken rule is an error."""
    MADE.mkdir(exist_ok=True)
    out = MADE / "plan.json"
    command = [
        str(Path(sys.executable).with_name("flask")), "rounds", "solve", str(_file(day)),
        "--out", str(out), "--seconds", str(seconds), "--seed", str(seed), *more,
    ]  # fmt: skip
    done = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT)
    _, status, used = _waited(done)
    if status:
        raise RuntimeError(f"{' '.join(command)} ended with status {status}")
    said = _judge().load_instance(str(_file(judge or day)))
    judged = _judge().score(said, _judge().load_plan(str(out)))
    if judged["n_violations"] and not judge:
        raise AssertionError(f"{day}: {judged['violations'][0]}")
    return Run(judged, seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def _waited(child: subprocess.Popen[bytes]) -> tuple[int, int, resource.struct_rusage]:
    import os

    pid, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return pid, child.returncode, used


def teams(day: str) -> int:
    return len(instances.load(_file(day)).teams)


def tuned(day: str, seconds: float) -> Figures:
    return pyvrp_on(instances.load(_file(day)), README, seconds, warm=True)


def pyvrp_on(instance: Instance, tuning: engine.Tuning, seconds: float, *, warm: bool) -> Figures:
    """PyVRP without our layer; cold it sees every home, warm the pruned ones from an insertion."""
    began = time.thread_time()
    ground = field.build(instance)
    draft = insertion.Draft(ground)
    homes = np.flatnonzero(ground.may.any(axis=0))
    if warm:
        insertion.fill(draft)
        homes = np.flatnonzero(pruning.candidates(draft))
    task = encoding.Task(homes, draft.routes, draft.until)
    search = engine.Engine(ground, task, tuning)
    routes = search.run(lambda _: time.thread_time() - began < seconds, cold=not warm)
    return scoring.figures(instance, ground.stops(routes))


def plain_apart(day: str, seconds: float) -> dict[str, float]:
    """PyVRP as it comes, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.planner_runs", str(_file(day)), str(seconds)],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def large_ward() -> str:
    """5,000 homes by the shared generator, teams enough for all, every home worth the way."""
    MADE.mkdir(exist_ok=True)
    path = MADE / "ward_5000.json"
    if not path.exists():
        made = MADE / "made.json"
        generator = SHARED / "planning" / "generate_ward.py"
        asked = ["--seed", "1", "--n", "5000", "--teams", "520", "--p-tw", "0", "--p-skill", "0"]
        subprocess.run([sys.executable, str(generator), str(made), *asked], check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip
        said = json.loads(made.read_text(encoding="utf-8"))
        for home in said["households"]:
            home["prize"] = 500
        path.write_text(json.dumps(said), encoding="utf-8")
    return str(path)


def published() -> Iterator[tuple[Path, float]]:
    """Each published instance and the best cost known."""
    for folder in ("cvrp", "vrptw"):
        for path in sorted((SHARED / "data" / "sheets-and-solvers" / folder).glob("*.vrp")):
            cost = path.with_suffix(".sol").read_text(encoding="utf-8").split("Cost")[1]
            yield path, float(cost.split()[0]) * (10 if folder == "vrptw" else 1)


def public_plain(path: Path, seconds: float, seed: int) -> float:
    """PyVRP's own reader and solver."""
    import pyvrp

    data = pyvrp.read(path, round_func="dimacs" if path.parent.name == "vrptw" else "round")
    began = time.thread_time()
    found = pyvrp.solve(
        data, stop=lambda _: time.thread_time() - began >= seconds, seed=seed,
        collect_stats=False, display=False,
    )  # fmt: skip
    return float(found.cost())


def public_ours(path: Path, seconds: float, seed: int) -> float:
    """The same question in our words: volunteers who carry, and only walking counts."""
    instance = _as_ours(path)
    plan = planner.solve(instance, seconds=seconds, seed=seed, most_cpu=seconds)
    if plan.left_out:
        raise AssertionError(f"{path.stem}: {len(plan.left_out)} left out")
    return sum(route.walk_s for route in plan.routes)


def _as_ours(path: Path) -> Instance:
    import vrplib

    said = vrplib.read_instance(path)
    windowed = "time_window" in said
    scale = 10 if windowed else 1
    exact = said["edge_weight"] * scale
    walks = (np.trunc(exact) if windowed else np.round(exact)).astype(np.int32)
    size = len(walks)
    last = int(said["time_window"][0][1] * scale) if windowed else 10**7
    served = np.broadcast_to(np.asarray(said.get("service_time", 0)) * scale, size)
    need, most = said["demand"], int(said["capacity"])
    crew = int(said.get("vehicles", -(-int(need.sum()) // most) + 3))
    return Instance(
        locations=(Location(0.0, 0.0),) * size,
        teams=tuple(
            Team(f"T{n}", 0, (0, last), end=0, capacity=most) for n in range(min(crew, 40))
        ),
        households=tuple(
            Household(
                f"H{n}", n, int(served[n]), 0.0, required=True, load=int(need[n]),
                tw=tuple(int(t * scale) for t in said["time_window"][n]) if windowed else None,
            )
            for n in range(1, size)
        ),
        walk_s=walks,
        wait_weight=0.0,
        fair=False,
    )  # fmt: skip


def run() -> None:
    path, seconds = sys.argv[1:]
    instance = replace(instances.load(Path(path)), fair=False)
    figures = pyvrp_on(instance, PLAIN, float(seconds), warm=False)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({
        "walk_min": figures.walk_min, "visits": figures.visits, "V": figures.value,
        "MB": used.ru_maxrss / 1024,
    }))  # fmt: skip


if __name__ == "__main__":
    run()
