"""`flask rounds solve`: plans a file in the format of `../shared/planning`, without a database."""

import time
from pathlib import Path

import click

from outreach.routing import instances, planner
from outreach.routing.plan import Plan
from outreach.routing.search import Mode

#: CPU seconds kept for writing the answer and leaving.
_LEAVE_S = 0.1


@click.group("rounds")
def rounds() -> None:
    """Plans of a day."""


@rounds.command("solve")
@click.argument("instance", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True,
              help="Where the plan is written (JSON).")  # fmt: skip
@click.option("--seconds", type=click.FloatRange(min=0), default=10.0, show_default=True,
              help="CPU seconds for everything, loading included.")  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True,
              help="The same seed takes the same steps.")  # fmt: skip
@click.option("--mode", type=click.Choice([mode.value for mode in Mode]), default="least",
              show_default=True, help="How much of the plan people hold may change.")  # fmt: skip
def solve(instance: Path, out: Path, seconds: float, seed: int, mode: str) -> None:
    """Plan INSTANCE (visitplan-1) and write who visits whom, in which order and when.

    A bad instance is answered with a sentence and exit status 2; nothing is written then.
    """
    try:
        problem = instances.load(instance)
        plan = planner.solve(problem, seconds=_left(seconds), seed=seed, mode=Mode(mode))
        instances.write_plan(plan, out)
    except (instances.BadInstance, planner.Unplannable) as refusal:
        raise _Refused(str(refusal)) from refusal
    except OSError as error:
        raise _Refused(f"{out} cannot be written: {error.strerror}.") from error
    click.echo(_summary(plan))


class _Refused(click.ClickException):
    """A sentence on standard error, and exit status 2."""

    exit_code = 2


def _left(seconds: float) -> float:
    """What starting and loading have left of the budget of the whole process."""
    return max(0.0, seconds - time.process_time() - _LEAVE_S)


def _summary(plan: Plan) -> str:
    figures = plan.figures
    least, mean, most = figures.work_min
    summary = (
        f"{figures.visits} visits by {figures.teams_used} teams, "
        f"{len(plan.left_out)} homes left out; value {figures.value:.1f} min, "
        f"walking {figures.walk_min:.1f} min ({plan.walking.replace('_', ' ')}); "
        f"sessions {least:.0f}, {mean:.0f}, {most:.0f} min (least, mean, most)."
    )
    broken_promises = [
        f"Household {left.household} had to be visited and cannot be ({left.reason})."
        for left in plan.unmet
    ]
    return "\n".join([summary, *broken_promises])
