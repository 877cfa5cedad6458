"""How programmes, states, variants and reasons are called, in the language being spoken."""

from __future__ import annotations

from collections.abc import Mapping

from outreach.assistance import catalogue, slips
from outreach.assistance.catalogue import programmes
from outreach.assistance.clocks import FOLLOW_UP, IDLE
from outreach.assistance.definitions import FieldKind, Owner, Rung, State, TypedField
from outreach.assistance.models import Channel, Evidence
from outreach.core.i18n import gettext
from outreach.core.i18n import lazy_gettext as _

EVIDENCE = {
    Evidence.DECLARED: _("Said by the resident"),
    Evidence.OBSERVED: _("Seen by the volunteer"),
    Evidence.CONFIRMED: _("Confirmed by the agency"),
}
CHANNELS = {
    Channel.HOME: _("At home"),
    Channel.SERVICE_DAY: _("At a service day"),
    Channel.COUNTER: _("At the counter"),
    Channel.PHONE: _("By phone"),
    Channel.DESK: _("At the desk"),
}
OWNERS = {
    Owner.VOLUNTEER: _("The volunteer"),
    Owner.LEADER: _("The team leader"),
    Owner.OFFICER: _("The office"),
}
#: Deadlines that no definition names.
CLOCKS = {
    f"{FOLLOW_UP}_7d": _("Ask after 7 days whether they still do it alone"),
    f"{FOLLOW_UP}_30d": _("Ask after 30 days whether they still do it alone"),
    IDLE: _("No step for a long time"),
}
RUNGS = {
    Rung.MEANS: _("Has the means"),
    Rung.ACCOUNT: _("Has the account"),
    Rung.HELPED: _("Did it with help"),
    Rung.ALONE: _("Did it alone"),
}


def clock(programme_code: str, code: str) -> str:
    """The name of a deadline; its code when the definition no longer has it."""
    if code in CLOCKS:
        return str(CLOCKS[code])
    found = programmes().get(programme_code)
    known = found.clocks.get(code) if found else None
    return gettext(known.label) if known else code


def programme(code: str) -> str:
    """The name of a programme; the code itself when its definition is gone."""
    found = programmes().get(code)
    return gettext(found.label) if found else code


def state(programme_code: str, code: str | None) -> str:
    """The name of a programme's state; "not begun" for none."""
    if not code:
        return gettext("not begun")
    known = _state(programme_code, code)
    return gettext(known.label) if known else code


def _state(programme_code: str, code: str) -> State | None:
    """As it is now, or as it was in the last version that had it: old steps stay readable."""
    found = programmes().get(programme_code)
    if found and code in found.states:
        return found.states[code]
    for earlier in catalogue.current().past.get(programme_code, ()):
        if code in earlier.states:
            return earlier.states[code]
    return found.find(code) if found else None


def variant(programme_code: str, code: str | None) -> str:
    """The name of a variant; empty for none."""
    found = programmes().get(programme_code)
    past = catalogue.current().past.get(programme_code, ())
    for version in (*((found,) if found else ()), *past):
        if code and code in version.variants:
            return gettext(version.variants[code].label)
    return code or ""


def stop_reason(code: str | None) -> str:
    """The name of a stop reason; empty for none."""
    if not code:
        return ""
    known = catalogue.stop_reasons().get(code) or _own_reason(code)
    return gettext(known) if known else code


def _own_reason(code: str) -> str | None:
    now = catalogue.current()
    every = [*now.programmes.values(), *(one for past in now.past.values() for one in past)]
    found: Mapping[str, str] = next((one.reasons for one in every if code in one.reasons), {})
    return found.get(code)


def already(programme_code: str, *, sure: bool) -> str:
    """That another team has given this already, or perhaps; it names nobody."""
    names = {"programme": programme(programme_code)}
    if sure:
        return gettext("Already helped by another team: %(programme)s", **names)
    return gettext(
        "Somebody of the same name and birth year was already helped by another team:"
        " %(programme)s. Is it the same person?",
        **names,
    )


def reached(programme_code: str, code: str | None, kind: str | None) -> str:
    """A state with its variant: "Phone handed over (smartphone)"."""
    known = _state(programme_code, code or "")
    name = state(programme_code, code)
    if known and known.asks and kind:
        return f"{name} ({variant(programme_code, kind).lower()})"
    return name


def typed(field: TypedField | None, value: str) -> str:
    """A typed value as people say it: a day as a date, a choice by its name."""
    if field is None:
        return value
    if field.kind is FieldKind.CHOICE and value in field.choices:
        return gettext(field.choices[value])
    found = slips.read_date(value) if field.kind is FieldKind.DATE else None
    return found.strftime("%d/%m/%Y") if found else value


unusual = slips.unusual


def made_with() -> str:
    """The versions of today's definitions, for a form that may come back after they changed."""
    return catalogue.current().stamp


def never_ask() -> list[str]:
    """Everything that nobody may ask for, each once."""
    return list(dict.fromkeys(text for one in programmes().values() for text in one.never_ask))
