"""What every template can use: who acts, the navigation, translations, and how values are shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from babel import dates, numbers
from flask import Flask, current_app, g, get_flashed_messages
from jinja2.runtime import Macro
from markupsafe import Markup

from outreach.accounts.access import actor_or_none
from outreach.core import clock, i18n
from outreach.core.i18n import gettext as _
from outreach.core.settings import Settings
from outreach.web import nav

#: Different rows and pictures are few; this many are kept, then all are forgotten.
MOST_REMEMBERED = 2000


def remembering() -> Callable[..., Markup]:
    """Calls a macro once for each language and arguments; what it depends on must be in them."""
    known: dict[tuple[object, ...], Markup] = {}

    def remembered(macro: Macro, *arguments: object) -> Markup:
        key = (macro.name, i18n.language(), *arguments)
        found = known.get(key)
        if found is None:
            if len(known) >= MOST_REMEMBERED:
                known.clear()
            found = known[key] = cast("Markup", macro(*arguments))
        return found

    return remembered


@dataclass(frozen=True, slots=True)
class Flash:
    """A message from the last request: `category` is ok, warn or error."""

    category: str
    message: str


def register(app: Flask) -> None:
    """Hook filters and the context into Jinja."""
    app.jinja_env.globals.update(_=_, gettext=_, ngettext=i18n.ngettext)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.add_template_global(remembering(), "remembered")
    for name, function in FILTERS.items():
        app.add_template_filter(cast("Any", function), name)

    @app.context_processor
    def context() -> dict[str, object]:
        actor = actor_or_none()
        return {
            "actor": actor,
            "nav": nav.items(actor),
            "locale": i18n.language(),
            "flashes": _flashes(),
            "now": clock.now(),
            "settings": _settings(),
        }


def _flashes() -> list[Flash]:
    if g.get("unattended"):  # pages nobody looks at yet: the message is for the next one
        return []
    found = cast("list[tuple[str, str]]", get_flashed_messages(with_categories=True))
    return [Flash(category, message) for category, message in found]


def _settings() -> Settings:
    found: Settings = current_app.settings  # type: ignore[attr-defined]
    return found


def local(value: datetime) -> datetime:
    """A moment by the clocks where the teams work."""
    return value.astimezone(_settings().zone)


def day(value: date | datetime) -> str:
    """Weekday and date: Thứ Ba 17/02/2026."""
    when = local(value).date() if isinstance(value, datetime) else value
    name = dates.format_date(when, "EEEE", locale=i18n.language())
    return f"{name} {when:%d/%m/%Y}"


def short_day(value: date | datetime) -> str:
    """Day and month: 17/02."""
    when = local(value).date() if isinstance(value, datetime) else value
    return f"{when:%d/%m}"


def moment(value: datetime) -> str:
    """17/02 08:30, with the year when it is another one."""
    when = local(value)
    year = "" if when.year == local(clock.now()).year else f"/{when.year}"
    return f"{when:%d/%m}{year} {when:%H:%M}"


def of_clock(value: datetime | int) -> str:
    """08:30 from a moment, or from seconds since midnight."""
    if isinstance(value, datetime):
        return f"{local(value):%H:%M}"
    total = value // 60
    return f"{total // 60:02}:{total % 60:02}"


def number(value: float) -> str:
    """1.234,5 in Vietnamese."""
    return numbers.format_decimal(value, locale=i18n.language())


def minutes(value: float) -> str:
    """Minutes as "45 phút" or "3 giờ 20 phút"."""
    whole = round(value)
    if whole < 60:
        return _("%(n)s min", n=whole)
    hours, rest = divmod(whole, 60)
    return _("%(h)s h %(m)s min", h=hours, m=rest) if rest else _("%(h)s h", h=hours)


def ago(value: datetime) -> str:
    """How long ago, in words."""
    return dates.format_timedelta(value - clock.now(), add_direction=True, locale=i18n.language())


def phone(value: str) -> str:
    """0901 234 567 from +84901234567; other numbers as they are."""
    if not value.startswith("+84"):
        return value
    national = "0" + value[3:]
    if len(national) == 10:
        return f"{national[:4]} {national[4:7]} {national[7:]}"
    return f"{national[:4]} {national[4:8]} {national[8:]}".strip()


FILTERS: dict[str, object] = {
    "local": local,
    "day": day,
    "short_day": short_day,
    "moment": moment,
    "clock": of_clock,
    "number": number,
    "minutes": minutes,
    "ago": ago,
    "phone": phone,
}
