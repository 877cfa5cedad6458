"""Says from what walking times are worked out, and why a cut came to nothing."""

from __future__ import annotations

from collections.abc import Mapping

from babel import numbers

from outreach.core.i18n import gettext as _
from outreach.core.i18n import language, lazy_gettext, ngettext
from outreach.turf.tasks import Trouble
from outreach.turf.walking import SPEED_KMH, Source, Walking

TROUBLES: Mapping[str, str] = {
    Trouble.NO_POINT: lazy_gettext(
        "No home there has a point on the map yet, so nothing can be cut."
    ),
    Trouble.NO_TURF: lazy_gettext("There are no turfs there yet to even out. Cut them anew first."),
    Trouble.NONE_INSIDE: lazy_gettext("No home of the team lies in any of these polygons."),
    Trouble.BROKE: lazy_gettext(
        "Working it out failed again and again. Choose fewer neighbourhoods."
    ),
}


def walking(source: Walking) -> str:
    """From what walking times are worked out."""
    if source.source is Source.STREETS:
        told = _(
            "Walking times: streets of the extract of %(date)s, 10 %% added, at %(speed)s km/h. "
            "Streets © OpenStreetMap contributors.",
            date=f"{source.day:%d/%m/%Y}",
            speed=_number(SPEED_KMH),
        )
        return f"{told} {_far(source)}".strip()
    return _straight(source)


def _straight(source: Walking) -> str:
    factor, speed = _number(source.factor), _number(SPEED_KMH)
    if source.source is Source.LEARNED:
        return ngettext(
            "Walking times: straight line × %(factor)s, learned from %(n)s walk here, "
            "at %(speed)s km/h.",
            "Walking times: straight line × %(factor)s, learned from %(n)s walks here, "
            "at %(speed)s km/h.",
            source.walks,
            factor=factor,
            speed=speed,
        )
    return _(
        "Walking times: straight line × %(factor)s, a guess, at %(speed)s km/h.",
        factor=factor,
        speed=speed,
    )


def _far(source: Walking) -> str:
    if not source.far:
        return ""
    return ngettext(
        "%(n)s home lies far from every street on the map: a straight line × %(factor)s leads "
        "there.",
        "%(n)s homes lie far from every street on the map: straight lines × %(factor)s lead there.",
        len(source.far),
        factor=_number(source.factor),
    )


def _number(value: float) -> str:
    return numbers.format_decimal(value, locale=language())
