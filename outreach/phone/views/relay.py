"""Reports of a phone without signal, carried by its leader as a file or as codes."""

from __future__ import annotations

from typing import Any

from flask import abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from outreach.accounts.access import actor, allow
from outreach.accounts.models import Device
from outreach.core import clock
from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _
from outreach.core.request import session, wants_json
from outreach.phone import queries, rules, sealing, services
from outreach.phone.replaying import FORM, Answered, read_items, replay
from outreach.phone.sealing import Unreadable
from outreach.phone.views.blueprint import OFFICE, bp, secret

_FORMS = frozenset({"multipart/form-data", FORM})


@bp.get("/relay")
@allow(*OFFICE)
def relay() -> str:
    """Where a file is chosen or codes are pasted."""
    return _page()


@bp.post("/relay")
@allow(*OFFICE)
def carry() -> ResponseReturnValue:
    """Open a queue and send each of its forms as the volunteer whose phone it was."""
    if (request.content_length or 0) > rules.LARGEST_BATCH:
        abort(413)
    try:
        queue = sealing.read(_envelope())
        device = queries.device_to_relay(session(), queue.device_id, actor=actor())
        items = read_items(list(sealing.opened(queue, secret())))
    except Refusal as refusal:
        if wants_json():
            raise
        return _page(refusal=refusal), 422
    answers = _carried(device, replay(items, actor=device.user, device=device))
    if wants_json():
        return jsonify(volunteer=device.user.name, items=[one.as_json() for one in answers])
    return _page(device=device, answers=answers)


def _carried(device: Device, answers: list[Answered]) -> list[Answered]:
    fresh = [one.fresh for one in answers if one.fresh]
    services.mark_carried(
        session(), device, fresh, items=len(answers), actor=actor(), now=clock.now()
    )
    return answers


def _envelope() -> str | bytes:
    """The queue's text, however it came. Raises `Unreadable`, saying which codes are missing."""
    file = request.files.get("queue")
    if request.mimetype not in _FORMS:
        told = request.get_data(as_text=True)
    elif file is not None and file.filename:
        return bytes(file.read())
    else:
        told = request.form.get("parts", "")
    parts = rules.joined([told])
    if parts.whole is not None:
        try:
            return sealing.decoded(parts.whole)
        except ValueError as error:
            raise Unreadable(_("One of the codes was not read whole. Scan them again.")) from error
    if parts.missing:
        numbers = ", ".join(map(str, parts.missing))
        raise Unreadable(
            _("Still missing of %(count)s codes: %(numbers)s.", count=parts.count, numbers=numbers)
        )
    return told


def _page(**told: Any) -> str:
    return render_template(
        "phone/relay.html", text=request.form.get("parts", ""), **{"answers": None, **told}
    )
