"""Small changes to a definition's values, as the forms make them. Pure.

Each takes values, changes them in place and says in a few words what it did.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from outreach.assistance.defining.writing import Values
from outreach.core.i18n import gettext as _


class Impossible(ValueError):
    """The change cannot be made; the message is for people."""


@dataclass(frozen=True, slots=True)
class Said:
    """What people read, in both languages; English is Vietnamese where it was left out."""

    vi: str
    en: str

    @property
    def value(self) -> dict[str, str]:
        return {"vi": self.vi, "en": self.en or self.vi}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewState:
    code: str
    label: Said
    #: States that lead to it, and those it leads to.
    after: Sequence[str]
    next: Sequence[str]
    #: How far the programme's pillar is with it.
    status: str
    evidence: Sequence[str]
    opens: bool = False
    end: bool = False
    urgent: bool = False
    #: A state whose cases go to the new one, which takes its place.
    instead_of: str = ""


def add_state(values: Values, new: NewState) -> str:
    states = values.setdefault("states", {})
    _unknown(states, new.code)
    state: Values = {"label": new.label.value, "side": bool(new.after) and not new.next}
    state |= {"end": new.end, "urgent": new.urgent}
    pillar = values.get("pillar")
    state["counts"] = {pillar: new.status} if pillar else {}
    state |= {"evidence": list(new.evidence), "next": list(new.next)}
    states[new.code] = {key: value for key, value in state.items() if value is not False}
    for code in new.after:
        _add(states[code].setdefault("next", []), new.code)
    if new.opens:
        _add(values.setdefault("opens", []), new.code)
    if new.instead_of:
        _replace(values, new.instead_of, new.code)
    return _("State added: %(label)s", label=new.label.vi)


def _replace(values: Values, old: str, new: str) -> None:
    """The new state takes the old one's place everywhere, and its cases."""
    gone = values["states"].pop(old)
    state = values["states"][new]
    state["was"] = [*gone.get("was", []), old]
    for code in gone.get("next", []):
        if code != new:
            _add(state["next"], code)
    for table in (*values["states"].values(), values):
        for key in ("next", "opens"):
            if key in table:
                table[key] = _swapped(table[key], old, new)
    state["next"] = [code for code in state["next"] if code != new]
    for part in (*values.get("clocks", {}).values(), *values.get("fields", {}).values()):
        part["states"] = _swapped(part["states"], old, new)
        if part.get("then") == old:
            part["then"] = new


def _swapped(codes: Iterable[str], old: str, new: str) -> list[str]:
    return list(dict.fromkeys(new if code == old else code for code in codes))


def add_move(values: Values, start: str, to: str) -> str:
    moves = values["states"][start].setdefault("next", [])
    if to in moves or to == start:
        raise Impossible(_("This move is there already."))
    moves.append(to)
    return _("Move added")


def remove_move(values: Values, start: str, to: str) -> str:
    moves = values["states"][start].get("next", [])
    if to not in moves:
        raise Impossible(_("There is no such move."))
    moves.remove(to)
    return _("Move taken away")


def add_line(values: Values, state: str, label: Said) -> str:
    values["states"][state].setdefault("checklist", []).append(label.value)
    return _("Checklist line added: %(label)s", label=label.vi)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClock:
    code: str
    label: Said
    states: Sequence[str]
    days: int
    unit: str
    warn: int
    owner: str
    then: str = ""


def add_clock(values: Values, new: NewClock) -> str:
    clocks = values.setdefault("clocks", {})
    _unknown(clocks, new.code)
    clock = {"label": new.label.value, "states": list(new.states), "days": new.days}
    clock |= {"unit": new.unit, "warn": new.warn, "owner": new.owner}
    clocks[new.code] = {**clock, **({"then": new.then} if new.then else {})}
    return _("Clock added: %(label)s", label=new.label.vi)


def add_reason(values: Values, code: str, label: Said | None) -> str:
    """A shared reason by its code, or a new one of the programme's own with its label."""
    reasons = values.setdefault("stop_reasons", [])
    if code in reasons:
        raise Impossible(_("This stop reason is there already."))
    reasons.append(code)
    if label:
        values.setdefault("reasons", {})[code] = {"label": label.value}
    return _("Stop reason added")


def add_never(values: Values, label: Said) -> str:
    values.setdefault("never_ask", []).append(label.value)
    return _("Never to be asked: %(label)s", label=label.vi)


def rename(values: Values, labels: dict[str, Said]) -> str:
    """New labels by place: `label`, `states.<code>`, `clocks.<code>`."""
    for place, said in labels.items():
        table = values
        for part in place.split(".") if place != "label" else ():
            table = table[part]
        table["label"] = said.value
    return _("Labels changed: %(n)s", n=len(labels))


def begun(code: str, label: Said, scope: str, pillar: str, position: int) -> Values:
    """A new programme that can be used at once: begun, then done."""
    end = {"label": {"vi": "Đã xong", "en": "Done"}, "end": True, "goal": True}
    counts = {pillar: "in_progress"} if pillar else {}
    full = {pillar: "have"} if pillar else {}
    words = ["declared", "observed", "confirmed"]
    begin = {"label": {"vi": "Đã bắt đầu", "en": "Begun"}, "counts": counts}
    return {
        "code": code,
        "version": 1,
        "position": position,
        "label": label.value,
        "scope": scope,
        **({"pillar": pillar} if pillar else {}),
        "weight": 5,
        "service_minutes": 10,
        "opens": ["begun"],
        "stop_reasons": ["refused", "moved", "deceased", "duplicate", "other"],
        "never_ask": [
            {
                "vi": "Mã OTP: người dân tự nhập",
                "en": "One-time codes (OTP): the resident types them alone",
            }
        ],
        "states": {
            "begun": {**begin, "evidence": words, "next": ["done"]},
            "done": {**end, "counts": full, "evidence": words, "next": []},
        },
    }


def _add(codes: list[str], code: str) -> None:
    if code not in codes:
        codes.append(code)


def _unknown(table: Values, code: str) -> None:
    if code in table:
        raise Impossible(_("The code “%(code)s” is taken.", code=code))
