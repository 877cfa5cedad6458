"""The planner beside its peers: the same instances, the same CPU seconds, the same judge.

`make bench ONLY=planner` prints every bar, medians over three seeds, in about 90 minutes of CPU,
most of it VROOM's (PEERS=or_tools leaves that out; BARS="quick large" measures those two alone);
`make bench ONLY="planner --quick"` (or PLANNER=quick) one seed and short runs, to look at. The
instances are read where they lie beside the project; without them there is nothing to measure.
Every plan of ours is made by `flask rounds solve` and judged by the shared judge.
"""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

from benchmarks import planner_peers, planner_runs
from benchmarks.planner_runs import INSTANCES, Figures, Run
from benchmarks.report import Row, write

#: V of the peers, where they cannot be run: medians of `../shared/planning/README.md` §4.
PRINTED = {"w1200": 16_765.0, "w1200x40": 24_650.0, "quick": 29_624.0}


@dataclass(frozen=True, slots=True)
class Size:
    """How much a run of the benchmark measures."""

    seeds: tuple[int, ...]
    #: CPU seconds are these shares of the bar's.
    share: float
    peers: tuple[str, ...]


WHOLE = Size(
    seeds=(1, 2, 3),
    share=1.0,
    peers=tuple(os.environ.get("PEERS", "or_tools vroom").split()),
)
QUICK = Size(seeds=(1,), share=1 / 3, peers=("or_tools",))


def main() -> bool:
    if not INSTANCES.is_dir():
        print("planner: ../shared/planning/instances is not here; nothing measured")
        return True
    quick = "--quick" in sys.argv or os.environ.get("PLANNER") == "quick"
    size = QUICK if quick else WHOLE
    if quick:
        print("planner: quick run, one seed and a third of the seconds; bars are for whole runs")
    only = os.environ.get("BARS", "").split()
    return write("planner_quick" if quick else "planner", rows(size, only))


def rows(size: Size, only: list[str]) -> Iterator[Row]:
    """Every bar of the table, or those named in BARS."""
    for name, bar in BARS.items():
        if not only or name in only:
            yield from bar(size)


def middle(runs: list[Run], of: Callable[[Run], float]) -> float:
    return median(of(run) for run in runs)


def selective(size: Size) -> Iterator[Row]:
    """Days with far more homes than time."""
    three = [(f"w1200_s{seed}", seed) for seed in size.seeds]
    yield from against_peers("w1200", three, size)
    forty = [("w1200x40_s1", seed) for seed in size.seeds]
    yield from against_peers("w1200x40", forty, size)


def against_peers(name: str, days: list[tuple[str, int]], size: Size) -> Iterator[Row]:
    thirty = [planner_runs.ours(day, 30 * size.share, seed) for day, seed in days]
    value = middle(thirty, V)
    yield from beside(name, [day for day, _ in days], value, 1.05, size)
    tuned = median(planner_runs.tuned(day, 30 * size.share).value for day in {d for d, _ in days})
    yield Row(f"{name}, V, v. PyVRP tuned", "min", value, tuned, 1.01)
    ten = [planner_runs.ours(day, 10 * size.share, seed) for day, seed in days]
    sixty = [planner_runs.ours(day, 60 * size.share, seed) for day, seed in days]
    yield Row(f"{name}, V in a sixth of the time", "min", middle(ten, V), middle(sixty, V), 0.97)
    yield Row(f"{name}, longest session over mean", "ratio", middle(thirty, most_over_mean))
    yield Row(f"{name}, nearest stops on the same route", "share", middle(thirty, purity))
    yield Row(f"{name}, CPU over seconds asked", "ratio", max(r.overrun for r in thirty),
              None, 1.25, at_most=True)  # fmt: skip


def beside(name: str, days: list[str], value: float, bar: float, size: Size) -> Iterator[Row]:
    """Our value against each peer and against the best of them."""
    best = 0.0
    for peer in size.peers:
        try:
            found = [planner_peers.measured(peer, INSTANCES / f"{day}.json", 30 * size.share)
                     for day in dict.fromkeys(days)]  # fmt: skip
        except planner_peers.Missing:
            print(f"  {peer} is not installed here")
            continue
        theirs = median(figures["V"] for figures in found)
        used = median(figures["CPU"] for figures in found)
        best = max(best, theirs)
        yield Row(f"{name}, V, v. {peer} ({used:.0f} CPU s)", "min", value, theirs)
    if best:
        yield Row(f"{name}, V, v. the best of them", "min", value, best, bar)
    else:
        yield Row(f"{name}, V, v. PRINTED in README §4", "min", value, PRINTED[name], bar)


def quick_visits(size: Size) -> Iterator[Row]:
    """Short visits, hundreds a team can reach."""
    runs = [planner_runs.ours("quick_s1", 30 * size.share, seed) for seed in size.seeds]
    yield from beside("quick", ["quick_s1"], middle(runs, V), 1.02, size)
    tuned = planner_runs.tuned("quick_s1", 30 * size.share)
    yield Row("quick, V, v. PyVRP tuned", "min", middle(runs, V), tuned.value)
    yield Row("quick, nearest stops on the same route", "share", middle(runs, purity), None, 0.80)


def balanced(size: Size) -> Iterator[Row]:
    """Work for 60 % of the time: shared evenly, and at what price."""
    runs = [planner_runs.ours("bal_300", 10, seed) for seed in size.seeds]
    free = planner_runs.tuned("bal_300", 10)
    yield Row("bal_300, longest session over mean", "ratio", middle(runs, most_over_mean),
              None, 1.15, at_most=True)  # fmt: skip
    yield Row("bal_300, teams used", "teams", min(r.judged["teams_used"] for r in runs),
              planner_runs.teams("bal_300"), 1.0)  # fmt: skip
    yield Row("bal_300, walking, v. unbalanced", "min", middle(runs, walking), free.walk_min,
              1.10, at_most=True)  # fmt: skip
    yield Row("bal_300, visits, v. unbalanced", "homes",
              min(r.judged["visits"] for r in runs), free.visits, 1.0)  # fmt: skip


def replanned(size: Size) -> Iterator[Row]:
    """In the middle of a session: two teams gone, six new appointments."""
    against_pyvrp, against_free, moved = [], [], []
    for seed in size.seeds:
        day = f"replan_s{seed}"
        least = planner_runs.ours(day, 5, seed).judged
        free = planner_runs.ours(day, 5, seed, "--mode", "free").judged
        anew = planner_runs.tuned(day, 5)
        against_pyvrp.append(least["J"] / anew.cost)
        against_free.append(least["J"] / free["J"])
        moved.append(least["moved"])
        print(f"  {day}: J {least['J']:,.0f}; anew by PyVRP {anew.cost:,.0f} ({anew.moved} moved)")
        print(f"  {day}: anew by us {free['J']:,.0f} ({free['moved']} moved)")
    yield Row("replan, J over PyVRP's anew", "ratio", median(against_pyvrp), None,
              0.99, at_most=True)  # fmt: skip
    yield Row("replan, J over ours anew (free)", "ratio", median(against_free))
    yield Row("replan, households moved", "homes", max(moved), None, 6, at_most=True)


def large(size: Size) -> Iterator[Row]:
    """5,000 stops, all to be served."""
    day = planner_runs.large_ward()
    ours = planner_runs.ours(day, 60 * size.share, 1)
    plain = planner_runs.plain_apart(day, 60 * size.share)
    yield Row("5,000 stops, left out", "homes", 5_000 - ours.judged["visits"], None,
              0, at_most=True)  # fmt: skip
    if plain["visits"] < 5_000:
        print(f"  plain PyVRP leaves {5_000 - plain['visits']:.0f} homes out")
    yield Row("5,000 stops, walking, v. plain PyVRP", "min", walking(ours), plain["walk_min"],
              0.97, at_most=True)  # fmt: skip
    yield Row("5,000 stops, peak memory", "MB", ours.megabytes, None, 1_024, at_most=True)
    yield Row("5,000 stops, CPU over seconds asked", "ratio", ours.overrun, None,
              1.25, at_most=True)  # fmt: skip


def streets(size: Size) -> Iterator[Row]:
    """Planned on our own street times, judged on others."""
    runs = [
        planner_runs.ours("p2_streets.planner", 10, seed, "--streets",
                          str(INSTANCES / "liechtenstein.osm.pbf"), judge="p2_streets.judge")
        for seed in size.seeds
    ]  # fmt: skip
    known = [planner_runs.ours("p2_streets.judge", 10, seed) for seed in size.seeds]
    broken = max(run.judged["n_violations"] for run in runs)
    yield Row("p2_streets, rules broken", "rules", broken, None, 0, at_most=True)
    yield Row("p2_streets, V, v. on the judge's own times", "min", middle(runs, V),
              middle(known, V), 0.97)  # fmt: skip


def public(size: Size) -> Iterator[Row]:
    """Instances that others published, with the best costs known."""
    for path, best in planner_runs.published():
        ours = median(planner_runs.public_ours(path, 30 * size.share, s) for s in size.seeds)
        plain = median(planner_runs.public_plain(path, 30 * size.share, s) for s in size.seeds)
        print(
            f"  {path.stem}: gap to best known {ours / best - 1:.2%}, plain {plain / best - 1:.2%}"
        )
        yield Row(f"{path.stem}, cost, v. plain PyVRP", "cost", ours, plain, 1.0, at_most=True)


def V(run: Run) -> float:  # noqa: N802 - the judge's name
    return float(run.judged["V"])


def purity(run: Run) -> float:
    return float(run.judged["neighbour_purity"])


def walking(run: Run) -> float:
    return float(run.judged["walk_min"])


def most_over_mean(run: Run) -> float:
    _, mean, most = run.judged["work_min"]
    return float(most / mean)


BARS: dict[str, Callable[[Size], Iterator[Row]]] = {
    "selective": selective,
    "quick": quick_visits,
    "balanced": balanced,
    "replanned": replanned,
    "large": large,
    "streets": streets,
    "public": public,
}

__all__ = ["Figures", "main"]
