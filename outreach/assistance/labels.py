"""How programmes, states, variants and reasons are called, in the language being spoken."""

from __future__ import annotations

from outreach.assistance.catalogue import programmes, stop_reasons
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
    found = programmes().get(programme_code)
    known = found.states.get(code or "") if found else None
    name = state(programme_code, code)
    if known and known.asks and kind:
        return f"{name} ({variant(programme_code, kind).lower()})"
    return name
