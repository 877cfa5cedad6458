"""How programmes, states, variants and reasons are called, in the language being spoken."""

from __future__ import annotations

from outreach.assistance.catalogue import programmes, stop_reasons
from outreach.assistance.clocks import FOLLOW_UP, IDLE
from outreach.assistance.definitions import Owner, Rung
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
    found = programmes().get(programme_code)
    known = found.states.get(code) if found else None
    return gettext(known.label) if known else code


def variant(programme_code: str, code: str | None) -> str:
    """The name of a variant; empty for none."""
    found = programmes().get(programme_code)
    known = found.variants.get(code or "") if found else None
    return gettext(known.label) if known else code or ""


def stop_reason(code: str | None) -> str:
    """The name of a stop reason; empty for none."""
    known = stop_reasons().get(code or "")
    return gettext(known) if known else code or ""


def reached(programme_code: str, code: str | None, kind: str | None) -> str:
    """A state with its variant: "Phone handed over (smartphone)"."""
    found = programmes().get(programme_code)
    known = found.states.get(code or "") if found else None
    name = state(programme_code, code)
    if known and known.asks and kind:
        return f"{name} ({variant(programme_code, kind).lower()})"
    return name
