"""Bags as their leader sees them: what is in each, what the count said, what is missing."""

from __future__ import annotations

from flask import render_template

from outreach.accounts.access import actor
from outreach.core import clock
from outreach.core.request import session, zone
from outreach.stock import queries
from outreach.stock.views.blueprint import bp, office


@bp.get("/bags")
@office
def bags() -> str:
    """Every bag with something in it, those with a difference first."""
    begins, _ends = clock.day_bounds(clock.today(zone()), zone())
    found = queries.bags(session(), actor=actor())
    return render_template("stock/bags.html", bags=found, begins=begins)
