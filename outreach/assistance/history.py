"""Where a case is after its steps, in the order they were stored. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from outreach.assistance.models import Case, Evidence, Step
from outreach.assistance.rules import surer


@dataclass(frozen=True, slots=True)
class Place:
    """What a case's row says; all empty before the first step."""

    state: str | None = None
    evidence: Evidence | None = None
    variant: str | None = None
    stop_reason: str | None = None
    moved_at: datetime | None = None
    #: The latest of each typed field.
    typed: Mapping[str, str] = field(default_factory=dict)


def of_case(case: Case) -> Place:
    """The place that the case's row holds."""
    return Place(
        case.state, case.evidence, case.variant, case.stop_reason, case.moved_at, case.typed or {}
    )


def after(place: Place, step: Step) -> Place:
    """One step further. Seeing the present state again can only make it surer."""
    # a pass over every step reads what was typed apart, as few have any
    typed = {**place.typed, **(getattr(step, "typed", None) or {})}
    if place.state == step.to_state:
        return replace(
            place,
            evidence=surer(place.evidence, step.evidence),
            variant=step.variant or place.variant,
            stop_reason=step.stop_reason,
            moved_at=step.happened_at if step.stop_reason else place.moved_at,
            typed=typed,
        )
    return Place(
        state=step.to_state,
        evidence=step.evidence,
        variant=step.variant or place.variant,
        stop_reason=step.stop_reason,
        moved_at=step.happened_at,
        typed=typed,
    )


def last(steps: Iterable[Step]) -> Place:
    """Where these steps lead."""
    place = Place()
    for step in steps:
        place = after(place, step)
    return place
