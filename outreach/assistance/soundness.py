"""What would leave a case of a programme stuck, a clock without an end or a page wrong. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from outreach.assistance.definitions import Clock, FieldKind, Programme, State, TypedField


def problems(programme: Programme) -> Iterator[str]:
    """What would leave a case stuck or a page wrong, as `key: what is wrong`."""
    if not programme.opens:
        yield "opens: nobody could ever begin"
    if not programme.stop_reasons:
        yield "stop_reasons: nobody could ever stop"
    for state in programme.states.values():
        yield from (f"states.{state.code}.{wrong}" for wrong in _state_problems(programme, state))
    for clock in programme.clocks.values():
        yield from (f"clocks.{clock.code}.{wrong}" for wrong in _clock_problems(programme, clock))
    for typed in programme.fields.values():
        yield from (f"fields.{typed.code}.{wrong}" for wrong in _field_problems(typed))
    for code in sorted(programme.states.keys() - reachable(programme)):
        yield f"states.{code}: nothing leads to it"
    for code in sorted(reachable(programme) - _ending(programme)):
        yield f"states.{code}: no way from it to an end"


def _state_problems(programme: Programme, state: State) -> Iterator[str]:
    if not state.evidence:
        yield "evidence: names no evidence that is possible"
    if not state.next and not state.end:
        yield "next: leads nowhere and is no end"
    for code in state.next:
        if code not in programme.states:
            yield f"next: there is no state {code!r}"
    if state.asks and not programme.variants:
        yield "asks: there are no variants to choose from"
    if state.needs_skill and programme.skill is None:
        yield "needs_skill: the programme names no skill"
    if programme.pillar not in state.counts:
        yield f"counts.{programme.pillar}: is missing"


def _clock_problems(programme: Programme, clock: Clock) -> Iterator[str]:
    if not clock.states:
        yield "states: names no state in which it runs"
    if (clock.days is None) is (clock.field is None):
        yield "days: give either days or the field with the date"
    typed = programme.fields.get(clock.field or "")
    if clock.field is not None and (typed is None or typed.kind is not FieldKind.DATE):
        yield f"field: there is no date {clock.field!r}"
    if clock.then is not None and not any(
        clock.then in programme.states[code].next for code in clock.states
    ):
        yield f"then: no state in which it runs leads to {clock.then!r}"


def _field_problems(typed: TypedField) -> Iterator[str]:
    if not typed.states:
        yield "states: no step would ask for it"
    if (typed.kind is FieldKind.CHOICE) is not bool(typed.choices):
        yield "choices: belong to a choice, and a choice needs them"
    try:
        re.compile(typed.usual or "")
    except re.error as error:
        yield f"usual: {error}"


def reachable(programme: Programme) -> set[str]:
    """States that a case can come to."""
    seen: set[str] = set()
    todo = list(programme.opens)
    while todo:
        code = todo.pop()
        if code not in seen and code in programme.states:
            seen.add(code)
            todo += programme.states[code].next
    return seen


def _ending(programme: Programme) -> set[str]:
    """States from which an end can be reached."""
    ends = {code for code, state in programme.states.items() if state.end}
    while True:
        more = {c for c, s in programme.states.items() if not ends.isdisjoint(s.next)} - ends
        if not more:
            return ends
        ends |= more
