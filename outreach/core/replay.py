"""Forms that a phone keeps and sends again: which they are, and how a program is answered.

The phone replays the same form to the same URL with `Accept: application/json`. It gets a receipt
(200, with the header `Outreach-Receipt`), or a refusal with `error`, `errors` by field and `code`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from flask import Response, jsonify, request

from outreach.core.forms import Form, errors_of

F = TypeVar("F", bound=Callable[..., object])
ATTRIBUTE = "__replayable__"
RECEIPT = "Outreach-Receipt"
#: How many reports a phone says it still holds.
HELD = "Outreach-Held"
#: Whose report it is: on a shared phone somebody else may have signed in since.
SENDER = "Outreach-User"
#: The phone's own time when it sends, to tell a wrong clock from a late report.
CLOCK = "Outreach-Clock"
#: A clock that is wrong by more than this does not measure anything.
WORST_CLOCK = timedelta(days=3660)
MOST_HELD = 9999


def replayable(view: F) -> F:
    """Mark a view whose form carries its own id, so that sending it again changes nothing."""
    setattr(view, ATTRIBUTE, True)
    return view


def is_replayable(view: object) -> bool:
    return getattr(view, ATTRIBUTE, False) is True


def receipt(
    id_: UUID, stored_at: datetime, *, again: bool = False, undone: bool = False, **more: Any
) -> Response:
    """That the server has it. `more` is what this form has to say besides."""
    told = {"id": id_, "stored_at": stored_at.isoformat(), "again": again, "undone": undone}
    answer = jsonify({"receipt": told, **more})
    answer.headers[RECEIPT] = str(id_)
    return answer


def refusal(
    message: str, status: int, code: str, errors: Mapping[str, Sequence[str]] | None = None
) -> tuple[Response, int]:
    """Why it was not stored, for people and, as a code, for the phone."""
    return jsonify(error=message, errors=dict(errors or {}), code=code), status


def invalid(form: Form, status: int = 422, code: str = "invalid") -> tuple[Response, int]:
    """What is wrong with a form, in one sentence and by field."""
    errors = {name: texts for name, texts in errors_of(form).items() if name}
    texts = [*form.form_errors, *(text for found in errors.values() for text in found)]
    return refusal(" ".join(map(str, texts)), status, code, errors)


def held() -> int | None:
    """How many reports the phone says it holds; None when it does not say."""
    told = request.headers.get(HELD, "")
    return min(int(told), MOST_HELD) if told.isascii() and told.isdigit() else None


def is_from(user_id: UUID) -> bool:
    """Whether the phone sends what this person made; pages do not say whose they are."""
    return request.headers.get(SENDER, str(user_id)) == str(user_id)


def clock_ahead(now: datetime) -> timedelta:
    """How far the phone's clock is ahead of ours; nothing when it does not say, or nonsense."""
    told = request.headers.get(CLOCK)
    if told is None:
        return timedelta()
    try:
        ahead = datetime.fromisoformat(told) - now
    except (ValueError, TypeError, OverflowError):
        return timedelta()
    return ahead if abs(ahead) < WORST_CLOCK else timedelta()
