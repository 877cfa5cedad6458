"""One answer for each way of refusing: a page for people, JSON for an outbox."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Flask, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from outreach.accounts.access import SignedOut
from outreach.core import replay
from outreach.core.errors import Conflict, NotAllowed, NotFound, Refusal, TooOften
from outreach.core.failures import described
from outreach.core.i18n import gettext as _
from outreach.core.request import wants_json

#: What a program is told of answers that are not refusals of ours.
CODES = {400: "damaged", 404: "not_found", 405: "damaged", 413: "too_large"}

log = logging.getLogger(__name__)


def register(app: Flask) -> None:
    """Hook every handler into the application."""
    for kind, status in ((NotAllowed, 403), (NotFound, 404), (Conflict, 409), (Refusal, 422)):
        app.register_error_handler(kind, _refusing(status))
    app.register_error_handler(TooOften, _too_often)
    app.register_error_handler(
        NoResultFound, lambda _error: answer(404, _("Not found."), NotFound.code)
    )
    app.register_error_handler(StaleDataError, lambda _error: _stale())
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _defect)


def answer(status: int, message: str, code: str) -> tuple[str | Response, int]:
    """The message as a page, or as JSON for a program."""
    if wants_json():
        return replay.refusal(message, status, code)
    return render_template("error.html", status=status, message=message), status


def _refusing(status: int) -> Callable[[Refusal], ResponseReturnValue]:
    def handler(refusal: Refusal) -> ResponseReturnValue:
        return answer(status, str(refusal), refusal.code)

    return handler


def _stale() -> ResponseReturnValue:
    return answer(409, _("Somebody changed this meanwhile. Please look again."), Conflict.code)


def _too_often(refusal: TooOften) -> ResponseReturnValue:
    body, status = answer(429, str(refusal), refusal.code)
    return body, status, {"Retry-After": str(refusal.retry_after)}


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status == 401 and not wants_json():
        following = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("accounts.sign_in", next=following), 303)
    if error.response is not None or status < 400:
        return error.get_response()
    messages = {
        400: _("This request could not be understood."),
        401: _("Please sign in."),
        404: _("There is no such page."),
        405: _("This page does not take that."),
        413: _("That is too large."),
    }
    code = error.code_said if isinstance(error, SignedOut) else CODES.get(status, "refused")
    return answer(status, messages.get(status, error.name), code)


def _defect(error: Exception) -> ResponseReturnValue:
    # the traceback may quote values, so only where it broke is logged, never what was sent
    log.error("defect at %s %s: %s", request.method, request.endpoint, described(error))
    return answer(500, _("Something broke here. Nothing was stored; please try again."), "defect")
