"""Pages of the phone beside the route: the day's end, and practice for a first day."""

from __future__ import annotations

from flask import render_template

from outreach.accounts.access import actor, allow
from outreach.assistance import labels as help_labels
from outreach.core import clock
from outreach.core.request import session, zone
from outreach.phone import queries
from outreach.phone.views.blueprint import WALKERS, bp
from outreach.stock import queries as stock
from outreach.visits import labels, views


@bp.context_processor
def _words() -> dict[str, object]:
    return views.words()


@bp.app_context_processor
def _parts() -> dict[str, object]:
    """For the pieces that every phone page carries."""
    outcomes = [
        (one.value, label, labels.TONES[one], labels.ICONS[one])
        for one, label in labels.OUTCOMES.items()
    ]
    return {"phone_outcomes": outcomes, "phone_day": clock.today(zone())}


@bp.get("/today/end")
@allow(*WALKERS)
def day_end() -> str:
    """What the day amounted to, and whether everything has reached the server."""
    found = queries.ending(session(), actor(), clock.today(zone()), zone())
    return render_template(
        "phone/day_end.html",
        received=found.reports,
        ending=found,
        help_labels=help_labels,
        carried=len(stock.bag_of(session(), actor())),
    )


@bp.get("/today/practice")
@allow(*WALKERS)
def practice() -> str:
    """Short cards for a first day, and a made-up home to try the taps on: nothing is stored."""
    return render_template("phone/practice.html")
