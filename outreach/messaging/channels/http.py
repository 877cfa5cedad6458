"""What can go wrong on the way to a provider, told apart: surely not taken, or unknown."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import requests
from urllib3.exceptions import NewConnectionError

from outreach.messaging.channels import Busy, Uncertain

T = TypeVar("T")


def asked(ask: Callable[[], T]) -> T:
    """Run one request. Raises `Busy` when it never left, `Uncertain` when nobody can know."""
    try:
        return ask()
    except requests.JSONDecodeError as error:
        raise Uncertain("answer_unreadable") from error
    except requests.RequestException as error:
        if _never_left(error):
            raise Busy("unreachable") from error
        late = isinstance(error, requests.Timeout)
        raise Uncertain("no_answer" if late else "connection_broken") from error
    except ValueError as error:
        raise Uncertain("answer_unreadable") from error


def seconds(header: str | None) -> timedelta | None:
    """A `Retry-After`, where it is a number."""
    return timedelta(seconds=int(header)) if header and header.isdigit() else None


def _never_left(error: Exception) -> bool:
    """True when the connection was never made, so the message cannot have arrived."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    cause: object = getattr(error.args[0], "reason", None) if error.args else None
    inner: tuple[object, ...] = getattr(cause, "args", ())
    return isinstance(cause, NewConnectionError) or any(
        isinstance(deeper, ssl.SSLCertVerificationError) for deeper in inner
    )
