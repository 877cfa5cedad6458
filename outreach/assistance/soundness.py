"""What would leave a case of a programme stuck, a clock without an end or a page wrong. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from outreach.assistance.definitions import Clock, FieldKind, Programme, State, TypedField
from outreach.core.i18n import marked as _


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong, and at which key. `message` is translated later, with `values`."""

    key: str
    message: str
    values: dict[str, object] = field(default_factory=dict)


def problems(programme: Programme) -> Iterator[Wrong]:
    """What would leave a case stuck or a page wrong."""
    if not programme.opens:
        yield Wrong("opens", _("nobody could ever begin"))
    if not programme.stop_reasons:
        yield Wrong("stop_reasons", _("nobody could ever stop"))
    for state in programme.states.values():
        yield from _at(f"states.{state.code}", _state_problems(programme, state))
    for clock in programme.clocks.values():
        yield from _at(f"clocks.{clock.code}", _clock_problems(programme, clock))
    for typed in programme.fields.values():
        yield from _at(f"fields.{typed.code}", _field_problems(typed))
    for code in sorted(programme.states.keys() - reachable(programme)):
        yield Wrong(f"states.{code}", _("nothing leads to it"))
    for code in sorted(reachable(programme) - _ending(programme)):
        yield Wrong(f"states.{code}", _("no way from it to an end"))


def _at(place: str, found: Iterator[Wrong]) -> Iterator[Wrong]:
    for one in found:
        yield Wrong(f"{place}.{one.key}", one.message, one.values)


def _state_problems(programme: Programme, state: State) -> Iterator[Wrong]:
    if not state.evidence:
        yield Wrong("evidence", _("names no evidence that is possible"))
    if not state.next and not state.end:
        yield Wrong("next", _("leads nowhere and is no end"))
    for code in state.next:
        if code not in programme.states:
            yield Wrong("next", _("there is no state %(code)s"), {"code": repr(code)})
    if state.asks and not programme.variants:
        yield Wrong("asks", _("there are no variants to choose from"))
    if state.needs_skill and programme.skill is None:
        yield Wrong("needs_skill", _("the programme names no skill"))
    if programme.pillar is not None and programme.pillar not in state.counts:
        yield Wrong(f"counts.{programme.pillar}", _("is missing"))
    yield from _renaming_problems(programme, state)


def _renaming_problems(programme: Programme, state: State) -> Iterator[Wrong]:
    for old in state.was:
        others = [one for one in programme.states.values() if old in one.was and one != state]
        if old in programme.states or others:
            message = _("%(code)s is a state itself, or two states were it")
            yield Wrong("was", message, {"code": repr(old)})


def _clock_problems(programme: Programme, clock: Clock) -> Iterator[Wrong]:
    if not clock.states:
        yield Wrong("states", _("names no state in which it runs"))
    if (clock.days is None) is (clock.field is None):
        yield Wrong("days", _("give either days or the field with the date"))
    typed = programme.fields.get(clock.field or "")
    if clock.field is not None and (typed is None or typed.kind is not FieldKind.DATE):
        yield Wrong("field", _("there is no date %(code)s"), {"code": repr(clock.field)})
    if clock.then is not None and not any(
        clock.then in programme.states[code].next for code in clock.states
    ):
        message = _("no state in which it runs leads to %(code)s")
        yield Wrong("then", message, {"code": repr(clock.then)})


def _field_problems(typed: TypedField) -> Iterator[Wrong]:
    if not typed.states:
        yield Wrong("states", _("no step would ask for it"))
    if (typed.kind is FieldKind.CHOICE) is not bool(typed.choices):
        yield Wrong("choices", _("belong to a choice, and a choice needs them"))
    try:
        re.compile(typed.usual or "")
    except re.error as error:
        yield Wrong("usual", _("is no pattern: %(error)s"), {"error": str(error)})


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
