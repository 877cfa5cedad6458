"""The day pack, the day's end, and practice for a first day."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, g, json, render_template, request, url_for

from outreach.accounts.access import actor, allow, device
from outreach.accounts.models import Role
from outreach.core import clock, i18n
from outreach.core.request import session, zone
from outreach.phone import queries, rules
from outreach.phone.queries import Pack
from outreach.visits import labels, views
from outreach.visits.views import WALKERS, card_page, day_page

bp = Blueprint("phone", __name__)
#: The form in which a phone reads a pack.
FORMAT = "outreach-pack-1"


@bp.context_processor
def _words() -> dict[str, object]:
    return views.words()


@bp.app_context_processor
def _outcomes() -> dict[str, object]:
    """For the parts that every phone page carries."""
    rows = [(one.value, label, labels.TONES[one], labels.ICONS[one])
            for one, label in labels.OUTCOMES.items()]  # fmt: skip
    return {"phone_outcomes": rows, "phone_day": clock.today(zone())}


@bp.get("/today/pack")
@allow(*WALKERS)
def pack() -> Response:
    """The whole of today for a phone to keep until night: 304 when it has it already."""
    found = queries.pack(session(), actor(), clock.today(zone()))
    version = f"{found.content}-{_dressing()}"
    if version in request.if_none_match:
        return Response(status=304)
    woven = rules.woven(_pages(found))
    told = {**_about(found), "version": version, "lines": woven.lines, "pages": woven.pages}
    answer = Response(json.dumps(told, ensure_ascii=False), mimetype="application/json")
    answer.set_etag(version)
    return answer


def _dressing() -> str:
    """What pages are made of besides their content."""
    cookies = request.cookies
    look = f"{cookies.get('text', '')}{cookies.get('contrast', '')}"
    return f"{current_app.extensions['asset_version']}{i18n.language()}{look}"


def _about(found: Pack) -> dict[str, object]:
    now = clock.now()
    return {
        "format": FORMAT,
        "user": found.reader.id,
        "device": device().id,
        "day": found.day.day.isoformat(),
        "now": now.isoformat(),
        "expires_at": rules.ends_at(found.day.day, now=now, zone=zone()).isoformat(),
        "starts_on_route": found.reader.role is Role.VOLUNTEER,
        "routes": len(found.day.routes),
        "stops": [
            {
                "id": card.stop.id,
                "name": card.stop.household.head_name or card.stop.household.address,
                "address": card.stop.household.address,
                "done": card.progress.stops[card.stop.id].done,
            }
            for card in found.cards
        ],
    }


def _pages(found: Pack) -> dict[str, str]:
    g.unattended = True
    pages = {
        url_for("visits.today"): day_page(found.day),
        url_for("phone.day_end"): day_end(),
        url_for("phone.practice"): practice(),
    }
    for card in found.cards:
        pages[url_for("visits.stop", stop_id=card.stop.id)] = card_page(card)
    return pages


@bp.get("/today/end")
@allow(*WALKERS)
def day_end() -> str:
    """What the day amounted to, and whether everything has reached the server."""
    return render_template("phone/day_end.html", received=0)


@bp.get("/today/practice")
@allow(*WALKERS)
def practice() -> str:
    """Short cards for a first day, and a made-up home to try the taps on: nothing is stored."""
    return render_template("phone/practice.html")
