"""The sealed queue: reports that only this site can read, carried by a file or by codes.

A phone gets a key for itself and the day with its pack. It seals with AES-GCM what it could not
send; whoever carries it can neither read nor change it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _

FORMAT = "outreach-queue-1"
NONCE_BYTES = 12


class Unreadable(Refusal):
    """It cannot be opened: damaged, incomplete, or another site's."""

    code = "unreadable"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A queue as it is carried."""

    device_id: UUID
    day: date
    nonce: bytes
    sealed: bytes


def key_of(secret: str | bytes, device_id: UUID, day: date) -> bytes:
    """The key of one device and day; it says nothing of the keys of others."""
    secret = secret.encode() if isinstance(secret, str) else secret
    return hmac.new(secret, f"{FORMAT}|{device_id}|{day}".encode(), hashlib.sha256).digest()


def read(text: str | bytes) -> Sealed:
    """The envelope of a queue. Raises `Unreadable`."""
    try:
        told = json.loads(text)
        if told["format"] != FORMAT:
            raise _unreadable()
        return Sealed(
            UUID(told["device"]),
            date.fromisoformat(told["day"]),
            decoded(told["nonce"]),
            decoded(told["sealed"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _unreadable() from error


def opened(queue: Sealed, secret: str | bytes) -> Sequence[Any]:
    """What the phone put in, unchecked. Raises `Unreadable` when a single bit was changed."""
    try:
        plain = AESGCM(key_of(secret, queue.device_id, queue.day)).decrypt(
            queue.nonce, queue.sealed, None
        )
        told = json.loads(plain)
    except (InvalidTag, ValueError) as error:
        raise _unreadable() from error
    items = told.get("items") if isinstance(told, dict) else told
    if not isinstance(items, list):
        raise _unreadable()
    return items


def seal(items: Sequence[Mapping[str, Any]], key: bytes, device_id: UUID, day: date) -> str:
    """The envelope that a phone would make; for tests and for trying it out."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    plain = json.dumps({"items": list(items)}).encode()
    return json.dumps(
        {
            "format": FORMAT,
            "device": str(device_id),
            "day": day.isoformat(),
            "nonce": encoded(nonce),
            "sealed": encoded(AESGCM(key).encrypt(nonce, plain, None)),
        }
    )


def encoded(raw: bytes) -> str:
    """base64url without padding, as everything here travels."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes of either base64. Raises ValueError."""
    plain = text.translate(str.maketrans("+/", "-_")).rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error


def _unreadable() -> Unreadable:
    return Unreadable(
        _("This queue cannot be opened: it is damaged, incomplete, or from another site.")
    )
