"""The main menu: one table of who sees what."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request, url_for

from outreach.accounts.models import Role, User
from outreach.core.i18n import lazy_gettext as _

A, O, L, V = Role.ADMINISTRATOR, Role.OFFICER, Role.LEADER, Role.VOLUNTEER  # noqa: E741
P = Role.PARTNER

#: (endpoint, label, icon, roles), in the order shown.
MENU = (
    ("visits.today", _("My day"), "route", {V, L}),
    ("partners.mine", _("Handed to us"), "inbox", {P}),
    ("insights.board", _("Board"), "board", {L, O, A}),
    ("rounds.index", _("Rounds"), "map", {L, O, A}),
    ("turf.index", _("Turfs"), "map-pin", {L, O, A}),
    ("households.index", _("Households"), "home", {L, O, A}),
    ("appointments.index", _("Appointments"), "calendar", {L, O, A}),
    ("assistance.index", _("Help given"), "hands", {L, O, A}),
    ("rounds.due", _("Deadlines"), "clock", {L, O, A}),
    ("rounds.my_due", _("What is due"), "clock", {V}),
    ("procedures.index", _("Procedures"), "landmark", {L, O, A}),
    ("stock.index", _("Phone stock"), "smartphone", {L, O, A}),
    ("visits.index", _("Visit reports"), "clipboard-list", {L, O, A}),
    ("phone.review", _("To be reviewed"), "clipboard-check", {L, O, A}),
    ("notifications.tonight", _("Messages"), "message", {L, O, A}),
    ("notifications.inbox", _("Replies"), "inbox", {L, O, A}),
    ("notifications.calls", _("Call list"), "phone-call", {V, L, O, A}),
    ("insights.overview", _("Overview"), "chart", {O, A}),
    ("teams.index", _("Teams"), "team", {L, O, A}),
    ("partners.index", _("Partners"), "building-2", {O, A}),
    ("places.index", _("Areas"), "pin", {O, A}),
    ("accounts.index", _("Accounts"), "user", {O, A}),
    ("accounts.me", _("My account"), "settings", {V, L, O, A, P}),
)


#: Features without an entry of their own, and the one whose pages they share a row of tabs with.
HOUSED_IN = {"messaging": "notifications", "nights": "rounds", "swaps": "stock"}


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the menu as this actor sees it on this page."""

    label: str
    url: str
    icon: str
    current: bool


def items(actor: User | None) -> list[Item]:
    """The menu for this actor; empty for strangers."""
    if actor is None:
        return []
    known = current_app.view_functions
    shown = [row for row in MENU if row[0] in known and actor.role in row[3]]
    urls = {row[0]: url_for(row[0]) for row in shown}
    here = _current(urls)
    return [
        Item(label=str(label), url=urls[endpoint], icon=icon, current=endpoint == here)
        for endpoint, label, icon, _roles in shown
    ]


def _current(urls: dict[str, str]) -> str | None:
    """The entry this page belongs to: the nearest one above its address, else its feature's."""
    above = [e for e, url in urls.items() if f"{request.path}/".startswith(f"{url.rstrip('/')}/")]
    here = (request.endpoint or "").split(".")[0]
    feature = [e for e in urls if e.split(".")[0] == HOUSED_IN.get(here, here)]
    return max(above, key=lambda e: len(urls[e]), default=feature[0] if feature else None)


def home(actor: User) -> str:
    """The page an actor starts on."""
    wanted = {V: "visits.today", P: "partners.mine"}.get(actor.role, "insights.board")
    if wanted in current_app.view_functions:
        return url_for(wanted)
    return items(actor)[0].url
