"""Turf cut along the alleys beside k-d bisection: walking inside turfs, compactness, fairness.

Walking inside a turf is a nearest-neighbour path from its best of four first doors, for both.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.report import Row, write
from outreach.routing import instances, turf
from outreach.routing.field import Floats, Ints
from outreach.routing.problem import Instance, Walks

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
    ours = turf.cut(turf.alley_order(*turf.nearest_by_walk(walks)), work, PARTS)
    bisected = k_d(instance, places, work)
    theirs = walked(walks, bisected)
    name = "2,000 homes, walking in turfs, v. k-d"
    yield Row(name, "min", walked(walks, ours), theirs, 0.70, at_most=True)
    yield Row("2,000 homes, nearest homes in the same turf", "share", pure(walks, ours), None, 0.76)
    minutes = np.bincount(ours, weights=work, minlength=PARTS)
    spread = float(minutes.std() / minutes.mean())
    yield Row("2,000 homes, spread of minutes", "CV", spread, None, 0.045, at_most=True)
    yield province()


def province() -> Row:
    """Clustered points as dense as hamlets; only the time is measured."""
    dice = np.random.default_rng(1)
    hamlets = dice.uniform((10.6, 106.3), (11.4, 107.1), (PROVINCE // 60, 2))
    at = dice.integers(0, len(hamlets), PROVINCE)
    points = hamlets[at] + dice.normal(0, 0.0008, (PROVINCE, 2))
    began = time.process_time()
    order = turf.alley_order(*turf.nearest_by_line(points), points)
    turf.cut(order, np.full(PROVINCE, 15.0), PROVINCE // 12)
    return Row("700,000 homes cut into turfs", "CPU s", time.process_time() - began)


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
