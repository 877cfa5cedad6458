"""Turf cut along the alleys beside k-d bisection: walking inside turfs, compactness, fairness.

Walking inside a turf is a nearest-neighbour path from its best of four first doors, for both.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.report import Row, write
from outreach.routing import borders, instances, turf
from outreach.routing.field import Floats, Ints
from outreach.routing.problem import Instance, Walks

ROOT = Path(__file__).parents[1]
SHARED = Path(__file__).parents[2] / "shared" / "planning" / "instances"
#: So many turfs of about 172 minutes of visits.
PARTS = 184
PROVINCE = 700_000


def main() -> bool:
    if not SHARED.is_dir():
        print("planner_turf: ../shared/planning/instances is not here; nothing measured")
        return True
    return write("planner_turf", rows())


def rows() -> Iterator[Row]:
    instance = instances.load(SHARED / "scale_2000.json")
    places = np.array([home.loc for home in instance.households])
    walks = instance.walk_s[np.ix_(places, places)]
    work = np.array([home.service_s / 60 for home in instance.households])
    near = turf.nearest_by_walk(walks)
    ours = borders.mended(turf.cut(turf.alley_order(*near), work, PARTS), *near, work)
    bisected = k_d(instance, places, work)
    theirs = walked(walks, bisected)
    name = "2,000 homes, walking in turfs, v. k-d"
    yield Row(name, "min", walked(walks, ours), theirs, 0.70, at_most=True)
    yield Row("2,000 homes, nearest homes in the same turf", "share", pure(walks, ours), None, 0.78)
    minutes = np.bincount(ours, weights=work, minlength=PARTS)
    spread = float(minutes.std() / minutes.mean())
    yield Row("2,000 homes, spread of minutes", "CV", spread, None, 0.04, at_most=True)
    yield from province()


def province() -> Iterator[Row]:
    """Clustered points as dense as hamlets, cut in a process of its own."""
    said = subprocess.run(
        [sys.executable, "-m", "benchmarks.planner_turf"],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    seconds, megabytes = json.loads(said.stdout)
    name = "700,000 homes cut into turfs"
    yield Row(name, "CPU s", seconds, None, 10, at_most=True)
    yield Row(f"{name}, peak memory", "MB", megabytes, None, 300, at_most=True)


def cut_province() -> None:
    """Prints CPU seconds and megabytes, the making of the points not counted in the seconds."""
    dice = np.random.default_rng(1)
    hamlets = dice.uniform((10.6, 106.3), (11.4, 107.1), (PROVINCE // 60, 2))
    at = dice.integers(0, len(hamlets), PROVINCE)
    points = hamlets[at] + dice.normal(0, 0.0008, (PROVINCE, 2))
    began = time.process_time()
    order = turf.alley_order(*turf.nearest_by_line(points, 6), points)
    turf.cut(order, np.full(PROVINCE, 15.0), PROVINCE // 12)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps([time.process_time() - began, used.ru_maxrss / 1024]))


def walked(walks: Walks, territory: Ints) -> float:
    """Minutes of walking inside all territories."""
    return sum(_path(walks[np.ix_(own, own)]) for own in _parts(territory)) / 60


def _parts(territory: Ints) -> Iterator[Ints]:
    for part in range(int(territory.max()) + 1):
        yield np.flatnonzero(territory == part)


def _path(walks: Walks) -> float:
    best = np.inf
    for first in range(min(4, len(walks))):
        here, left, length = first, set(range(len(walks))) - {first}, 0
        while left:
            following = min(left, key=walks[here].__getitem__)
            length += int(walks[here, following])
            left.remove(following)
            here = following
        best = min(best, length)
    return float(best) if len(walks) else 0.0


def pure(walks: Walks, territory: Ints) -> float:
    apart = walks.astype(np.float64)
    np.fill_diagonal(apart, np.inf)
    nearest = np.argpartition(apart, 4, axis=1)[:, :4]
    return float((territory[nearest] == territory[:, None]).mean())


def k_d(instance: Instance, places: Ints, work: Floats) -> Ints:
    """Halves of equal minutes, across the longer side, again and again."""
    points = np.array([(instance.locations[p].lat, instance.locations[p].lon) for p in places])
    territory = np.zeros(len(places), np.int64)
    todo = [(np.arange(len(places)), 0, PARTS)]
    while todo:
        homes, first, parts = todo.pop()
        if parts == 1:
            territory[homes] = first
            continue
        axis = int(np.ptp(points[homes, 0]) < np.ptp(points[homes, 1]))
        homes = homes[np.argsort(points[homes, axis])]
        minutes = np.cumsum(work[homes])
        half = int(np.searchsorted(minutes, minutes[-1] * (parts // 2) / parts))
        todo.append((homes[:half], first, parts // 2))
        todo.append((homes[half:], first + parts // 2, parts - parts // 2))
    return territory


if __name__ == "__main__":
    cut_province()
