"""A programme from the table of its definition. Raises `BadDefinition`, naming the key."""

from __future__ import annotations

from collections.abc import Mapping

from outreach.assistance.definitions import (
    BadDefinition,
    Clock,
    DayUnit,
    FieldKind,
    Owner,
    Pillar,
    Programme,
    Rung,
    Scope,
    State,
    Status,
    TypedField,
    Variant,
)
from outreach.assistance.models import Evidence
from outreach.assistance.tables import Table, as_label, as_member
from outreach.core.i18n import marked as _
from outreach.teams.models import Skill


def programme(table: Table, stop_reasons: Mapping[str, str]) -> Programme:
    variants = {code: _variant(code, inner) for code, inner in table.tables("variants")}
    states = {code: _state(code, inner, variants) for code, inner in table.tables("states")}
    pillar = table.one_of("pillar", Pillar) if "pillar" in table.values else None
    reasons = {code: _reason(inner) for code, inner in table.tables("reasons")}
    return Programme(
        code=table.code("code"),
        version=table.number("version", least=1),
        position=table.number("position", 0),
        label=table.label("label"),
        scope=table.one_of("scope", Scope),
        pillar=pillar,
        min_age=table.number("min_age", 0),
        weight=table.number("weight"),
        sought=table.flag("sought"),
        service_minutes=table.number("service_minutes"),
        skill=table.one_of("skill", Skill) if "skill" in table.values else None,
        prerequisites=table.texts("prerequisites"),
        opens=table.known("opens", states),
        states=states,
        goals=frozenset(c for c, s in states.items() if s.goal or _fills(s, pillar)),
        variants=variants,
        stop_reasons=table.known("stop_reasons", {**stop_reasons, **reasons}),
        never_ask=table.labels("never_ask"),
        repeats=table.flag("repeats"),
        clocks={code: _clock(code, inner, states) for code, inner in table.tables("clocks")},
        fields={code: _field(code, inner, states) for code, inner in table.tables("fields")},
        reasons=reasons,
    )


def _fills(state: State, pillar: Pillar | None) -> bool:
    return pillar is not None and state.counts.get(pillar) is Status.HAVE


def _reason(table: Table) -> str:
    label = table.label("label")
    table.done()
    return label


def _clock(code: str, table: Table, states: Mapping[str, State]) -> Clock:
    clock = Clock(
        code=code,
        label=table.label("label"),
        states=frozenset(table.known("states", states)),
        days=table.number("days", least=1) if "days" in table.values else None,
        unit=table.one_of("unit", DayUnit),
        field=table.text("field") if "field" in table.values else None,
        warn=table.number("warn", 2),
        owner=table.one_of("owner", Owner),
        then=table.text("then") if "then" in table.values else None,
    )
    table.done()
    return clock


def _field(code: str, table: Table, states: Mapping[str, State]) -> TypedField:
    typed = TypedField(
        code=code,
        label=table.label("label"),
        kind=table.one_of("kind", FieldKind),
        states=frozenset(table.known("states", states)),
        required=table.flag("required"),
        choices={
            name: as_label(f"{table.place}.choices.{name}", label)
            for name, label in table.take("choices", dict, {}).items()
        },
        usual=table.text("usual") if "usual" in table.values else None,
    )
    table.done()
    return typed


def _variant(code: str, table: Table) -> Variant:
    variant = Variant(
        code=code,
        label=table.label("label"),
        min_age=table.number("min_age", 0),
        at_most=table.statuses("at_most"),
        never_completes=frozenset(table.texts("never_completes")),
    )
    table.done()
    return variant


def _state(code: str, table: Table, variants: Mapping[str, Variant]) -> State:
    meant = table.text("variant") if "variant" in table.values else None
    if meant is not None and meant not in variants:
        raise BadDefinition(f"{table.place}.variant", _("there is no %(code)s"), code=repr(meant))
    evidence = tuple(
        as_member(f"{table.place}.evidence", value, Evidence) for value in table.texts("evidence")
    )
    state = State(
        code=code,
        label=table.label("label"),
        next=table.texts("next"),
        evidence=tuple(level for level in Evidence if level in evidence),
        counts=table.statuses("counts"),
        side=table.flag("side"),
        end=table.flag("end"),
        urgent=table.flag("urgent"),
        asks=table.flag("asks"),
        variant=meant,
        needs_skill=table.flag("needs_skill"),
        checklist=table.labels("checklist"),
        rung=table.one_of("rung", Rung) if "rung" in table.values else None,
        goal=table.flag("goal"),
        was=table.texts("was"),
        gives=table.flag("gives"),
    )
    table.done()
    return state
