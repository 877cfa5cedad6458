"""`flask rounds solve`: plans a file in the format of `../shared/planning`, without a database."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from outreach.routing import answers, instances, planner
from outreach.routing.budget import Progress
from outreach.routing.cli import streets_folder
from outreach.routing.mode import Mode
from outreach.routing.plan import Plan
from outreach.routing.problem import Instance, WalkingSource
from outreach.routing.streets import cache, extract, tables

#: CPU seconds that starting takes, whatever the machine is doing: a fixed sum, so that one seed
#: gives one plan. What it really took only lowers the ceiling.
_START_S = 0.9
#: CPU seconds kept for composing, drawing, writing and leaving, and for each million pairs of
#: places more for reading and writing them.
_LEAVE_S, _LEAVE_PAIRS_S = 0.2, 0.06
#: The whole process tree never uses more than so many times the seconds asked for.
_MOST = 1.15

WALKED = {
    WalkingSource.MATRIX: "the file's own walking times",
    WalkingSource.STREETS: "streets of the extract, 10 % added",
    WalkingSource.STRAIGHT_LINE: "straight lines x 1.35, a guess: load an extract with --streets",
}


@click.group("rounds")
def rounds() -> None:
    """Plans of a day."""


@rounds.command("solve")
@click.argument("instance", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True,
              help="Where the plan is written (JSON).")  # fmt: skip
@click.option("--seconds", type=click.FloatRange(min=0), default=10.0, show_default=True,
              help="CPU seconds for everything, in all threads, loading included.")  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True,
              help="The same seed gives the same plan.")  # fmt: skip
@click.option("--mode", type=click.Choice([mode.value for mode in Mode]), default="least",
              show_default=True, help="How much of the plan people hold may change.")  # fmt: skip
@click.option("--streets", type=click.Path(path_type=Path, dir_okay=False),
              help="OpenStreetMap extract (.osm.pbf), for a file without times.")  # fmt: skip
@click.option("--cache", "folder", type=click.Path(path_type=Path, file_okay=False),
              help="Where streets are kept.  [default: OUTREACH_STREETS_FOLDER]")  # fmt: skip
@click.option("--progress", is_flag=True, help="Tell on standard error how it goes.")
def solve(
    instance: Path,
    *,
    out: Path,
    seconds: float,
    seed: int,
    mode: str,
    streets: Path | None,
    folder: Path | None,
    progress: bool,
) -> None:
    """Plan INSTANCE (visitplan-1) and write who visits whom, in which order and when.

    Interrupted (Ctrl-C, SIGTERM), it writes the best plan so far at once. A bad instance is
    answered with a sentence and exit status 2; nothing is written then.
    """
    try:
        source = None if streets is None else cache.opened(streets, folder or streets_folder())
        problem = instances.load(instance, _walking(source))
        with _stoppable() as stopped:
            plan = planner.solve(
                problem,
                seconds=_work(seconds, problem),
                most_cpu=max(0.0, _MOST * seconds - time.process_time() - _leaving(problem)),
                seed=seed,
                mode=Mode(mode),
                progress=_tell if progress else None,
                stop=stopped.is_set,
            )
        lines = None if source is None else _lines(source, problem, plan)
        answers.write_plan(plan, out, lines)
    except (instances.BadInstance, planner.Unplannable, extract.BadExtract) as refusal:
        raise _Refused(str(refusal)) from refusal
    except OSError as error:
        raise _Refused(f"{out} cannot be written: {error.strerror}.") from error
    click.echo(_summary(plan))


class _Refused(click.ClickException):
    """A sentence on standard error, and exit status 2."""

    exit_code = 2


def _walking(source: cache.Source | None) -> instances.Walking:
    """Where walking times come from when the file brings none."""
    if source is None:
        return instances.straight
    return lambda points, speed: (cache.walks(source, points, speed), WalkingSource.STREETS)


@contextmanager
def _stoppable() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set."""
    stopped = threading.Event()
    try:
        before = {
            number: signal.signal(number, lambda *_: stopped.set())
            for number in (signal.SIGINT, signal.SIGTERM)
        }
    except ValueError:  # only the main thread may listen to signals
        before = {}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _work(seconds: float, problem: Instance) -> float:
    """What starting and ending leave of the seconds."""
    return max(0.0, seconds - _START_S - _leaving(problem))


def _leaving(problem: Instance) -> float:
    return _LEAVE_S + _LEAVE_PAIRS_S * len(problem.locations) ** 2 / 1e6


def _tell(news: Progress) -> bool:
    print(f"{news.fraction:4.0%}  {news.visits} visits", file=sys.stderr, flush=True)  # noqa: T201
    return True


def _lines(
    source: cache.Source, problem: Instance, plan: Plan
) -> dict[str, list[list[tuple[float, float]]]]:
    """For each team, the points along the streets to each stop, and to its end place."""
    town = tables.town(source.streets, [(p.lat, p.lon) for p in problem.locations])
    drawn = {}
    for route in plan.routes:
        team = problem.team[route.team]
        places = [team.start, *(problem.household[s.household].loc for s in route.stops)]
        if team.end is not None and route.stops:
            places.append(team.end)
        drawn[route.team] = tables.line(town, places)
    return drawn


def _summary(plan: Plan) -> str:
    figures = plan.figures
    least, mean, most = figures.work_min
    summary = (
        f"{figures.visits} visits by {figures.teams_used} teams, "
        f"{len(plan.left_out)} homes left out; value {figures.value:.1f} min, "
        f"walking {figures.walk_min:.1f} min ({WALKED[plan.walking]}); "
        f"sessions {least:.0f}, {mean:.0f}, {most:.0f} min (least, mean, most)."
    )
    stopped = [] if plan.finished else ["Stopped before its time: this is the best plan so far."]
    broken_promises = [
        f"Household {left.household} had to be visited and cannot be ({left.reason})."
        for left in plan.unmet
    ]
    return "\n".join([summary, *stopped, *broken_promises])
