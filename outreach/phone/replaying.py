"""Runs many forms of one request as if each had come alone: the same views, checks and answers."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode
from uuid import UUID

from flask import Response, current_app, g, request

from outreach.accounts.access import declared
from outreach.accounts.models import Device, User
from outreach.core.errors import NotAllowed, Refusal
from outreach.core.i18n import gettext as _
from outreach.core.replay import RECEIPT, is_replayable
from outreach.core.request import session
from outreach.phone import rules

#: Of the request that carried the forms, what a form of its own would not have said.
_NOT_ITS_OWN = ("HTTP_COOKIE", "werkzeug.request", "flask.app", "HTTP_CONTENT_ENCODING")
FORM = "application/x-www-form-urlencoded"


class Damaged(Refusal):
    """It is not what an outbox of ours sends."""

    code = "damaged"


@dataclass(frozen=True, slots=True)
class Item:
    """One kept form: where it goes and its fields, as a browser encodes them."""

    path: str
    body: str

    @property
    def report_id(self) -> str | None:
        """The id the form carries, for whoever has to find it again."""
        return parse_qs(self.body).get("report_id", [None])[0]


@dataclass(frozen=True, slots=True)
class Answered:
    """What one form was answered."""

    id: str | None
    status: int
    body: Mapping[str, Any]

    @property
    def fresh(self) -> UUID | None:
        """Its id, if it was stored now and not before."""
        told = self.body.get("receipt")
        return UUID(told["id"]) if told and not told["again"] else None

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "status": self.status, **self.body}


def read_items(told: object) -> list[Item | None]:
    """Items from JSON; a body is a string, or fields by name. What is no item is None.

    Raises `Damaged` for what is no list of a bearable length.
    """
    if not isinstance(told, list) or len(told) > rules.MOST_ITEMS:
        raise Damaged(_("This request could not be understood."))
    return [_item(one) for one in told]


def _item(told: object) -> Item | None:
    path, body = (told.get("path"), told.get("body", "")) if isinstance(told, dict) else (None, "")
    if isinstance(body, dict | list):
        try:
            body = urlencode(body, doseq=True)
        except (TypeError, ValueError):
            return None
    return Item(path, body) if isinstance(path, str) and isinstance(body, str) else None


def replay(items: Sequence[Item | None], *, actor: User, device: Device) -> list[Answered]:
    """Each stands or falls alone, in a savepoint; order and repetition do not matter."""
    with _as(actor, device):
        return [_answered(item) for item in items]


@contextmanager
def _as(actor: User, device: Device) -> Iterator[None]:
    """Whose forms they are; whoever carried them acts again afterwards."""
    before = g.actor, g.device
    g.actor, g.device = actor, device
    try:
        yield
    finally:
        g.actor, g.device = before


def _answered(item: Item | None) -> Answered:
    if item is None:
        return _refused(None, 422, _("This request could not be understood."), Damaged.code)
    if len(item.body) > rules.LARGEST_ITEM or len(item.path) > rules.LONGEST_PATH:
        return _refused(item, 413, _("That is too large."), "too_large")
    if not item.path.startswith("/"):
        return _refused(item, 404, _("There is no such page."), "not_found")
    kept = {name: getattr(g, name) for name in ("session", "actor", "device")}
    with current_app.request_context(_environ(item)):
        for name, value in kept.items():
            setattr(g, name, value)
        answer = _alone()
    told = answer.get_json(silent=True)
    id_ = answer.headers.get(RECEIPT) or item.report_id
    return Answered(id_, answer.status_code, told if isinstance(told, dict) else {})


def _refused(item: Item | None, status: int, message: str, code: str) -> Answered:
    told = {"error": message, "errors": {}, "code": code}
    return Answered(item.report_id if item else None, status, told)


def _environ(item: Item) -> dict[str, Any]:
    raw = item.body.encode()
    ours = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": item.path.partition("?")[0],
        "QUERY_STRING": "",
        "CONTENT_TYPE": FORM,
        "CONTENT_LENGTH": str(len(raw)),
        "HTTP_ACCEPT": "application/json",
        "wsgi.input": io.BytesIO(raw),
    }
    theirs = {name: value for name, value in request.environ.items() if name not in _NOT_ITS_OWN}
    return {**theirs, **ours}


class _Fell(Exception):
    """Leaves the savepoint with an answer that stores nothing."""

    def __init__(self, answer: Response) -> None:
        self.answer = answer


def _alone() -> Response:
    """The view's answer, its writes undone unless it stored the form."""
    known = dict(session().info)
    try:
        with session().begin_nested():
            return _standing(current_app.make_response(_view()))
    except _Fell as fell:
        answer = fell.answer
    except Exception as error:  # noqa: BLE001 - answered as a request of its own would be
        answer = current_app.make_response(current_app.handle_user_exception(error))
    session().info.clear()
    session().info.update(known)
    return answer


def _standing(answer: Response) -> Response:
    if answer.status_code >= 400:
        raise _Fell(answer)
    return answer


def _view() -> Any:
    if request.routing_exception is not None:
        raise request.routing_exception
    view = current_app.view_functions[request.endpoint or ""]
    access = declared(view)
    if access is None or g.actor.role not in access.roles:
        raise NotAllowed(_("Your account may not open this."))
    if not is_replayable(view):
        raise NotAllowed(_("This form cannot be sent in this way."))
    return current_app.ensure_sync(view)(**(request.view_args or {}))
