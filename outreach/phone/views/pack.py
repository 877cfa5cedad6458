"""The day pack: the whole of today for a phone to keep until night."""

from __future__ import annotations

import json

from flask import Response, current_app, g, request, url_for

from outreach.accounts.access import actor, allow, device
from outreach.accounts.models import Role
from outreach.core import clock, i18n
from outreach.core.request import session, zone
from outreach.households import merging
from outreach.households.models import Resident
from outreach.phone import packing, sealing, weaving
from outreach.phone.forms import AbsentForm, NewHomeForm
from outreach.phone.packing import Pack
from outreach.phone.views.absent import absent_page
from outreach.phone.views.bag import bag_page
from outreach.phone.views.blueprint import WALKERS, bp, secret
from outreach.phone.views.door import home_page, new_home_page
from outreach.phone.views.pages import day_end, practice
from outreach.phone.views.swap import swap_page
from outreach.visits import rules as visits
from outreach.visits.queries import StopCard
from outreach.visits.views import card_page, day_page

#: The form in which a phone reads a pack.
FORMAT = "outreach-pack-1"


@bp.get("/today/pack")
@allow(*WALKERS)
def pack() -> Response:
    """Its own route's pages, and a key to seal with; 304 when the phone has it already."""
    found = packing.pack(session(), actor(), clock.today(zone()))
    version = f"{found.content}-{_dressing()}"
    if version in request.if_none_match:
        return Response(status=304)
    woven = weaving.woven(_pages(found))
    told = {**_about(found), "version": version, "lines": woven.lines, "pages": woven.pages}
    answer = Response(
        json.dumps(told, ensure_ascii=False, default=str), mimetype="application/json"
    )
    answer.set_etag(version)
    return answer


@bp.get("/today/programmes")
@allow(*WALKERS)
def programmes() -> Response:
    """Which definitions hold: what an open phone asks often, since it costs next to nothing."""
    answer = Response(packing.definitions(), mimetype="text/plain")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _dressing() -> str:
    """What pages are made of besides their content."""
    cookies = request.cookies
    look = f"{cookies.get('text', '')}{cookies.get('contrast', '')}"
    return f"{current_app.extensions['asset_version']}{i18n.language()}{look}"


def _about(found: Pack) -> dict[str, object]:
    return {
        "format": FORMAT,
        "day": found.day.day.isoformat(),
        "route": found.day.version,
        "expires_at": clock.day_bounds(found.day.day, zone())[1].isoformat(),
        "server_time": clock.now().isoformat(),
        "form_version": visits.FORM_VERSION,
        "programmes": packing.definitions(),
        "volunteer": {"id": found.reader.id, "name": found.reader.name},
        # a leader starts on the board, a volunteer at the next home
        "starts_on_route": found.reader.role is Role.VOLUNTEER,
        "routes": len(found.day.routes),
        "seal": _seal(found),
        "stops": [_stop(number, card) for number, card in enumerate(found.cards, start=1)],
    }


def _seal(found: Pack) -> dict[str, object]:
    day = found.day.day
    key = sealing.key_of(secret(), device().id, day)
    return {
        "format": sealing.FORMAT,
        "device": device().id,
        "day": day.isoformat(),
        "key": sealing.encoded(key),
    }


def _stop(number: int, card: StopCard) -> dict[str, object]:
    home = card.stop.household
    return {
        "id": card.stop.id,
        "household_id": home.id,
        "number": number,
        "name": home.head_name or home.address,
        "address": home.address,
        "done": card.progress.stops[card.stop.id].done,
    }


def _pages(found: Pack) -> dict[str, str]:
    g.unattended = True  # a message for the person must not get lost in a page nobody looks at yet
    pages = {
        url_for("visits.today"): day_page(found.day),
        url_for("phone.day_end"): day_end(),
        url_for("phone.practice"): practice(),
        url_for("phone.absent"): absent_page(found.day, AbsentForm()),
        url_for("phone.new_home"): new_home_page(found.day, NewHomeForm()),
        url_for("phone.bag"): bag_page(found.bag),
    }
    for card in found.cards:
        home = card.stop.household
        pages[url_for("visits.stop", stop_id=card.stop.id)] = card_page(card)
        pages[url_for("phone.home", household_id=home.id)] = home_page(
            home, _people(card), found.day
        )
        if card.approval is not None:
            living = [one.resident for one in card.home.people]
            door = swap_page(home, living, card.approval, found.bag, card.stop.id)
            pages[url_for("phone.swap", household_id=home.id)] = door
    return pages


def _people(card: StopCard) -> list[tuple[Resident, dict[str, str]]]:
    """Whoever lives there, with the details that can be put right."""
    numbers = card.phones_by_resident
    people = [one.resident for one in card.home.people]
    return [
        (person, merging.of_person(person, [phone.number for phone in numbers.get(person.id, ())]))
        for person in people
    ]
