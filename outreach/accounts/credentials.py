"""What people and browsers prove themselves with: passwords, PINs, tokens and keyed hashes."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from functools import cache

import argon2

#: OWASP's first choice for argon2id on a small server; about 25 ms here.
_hasher = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hashed(password: str) -> str:
    """argon2id of a password or PIN, however its accents were typed."""
    return _hasher.hash(_canonical(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether it is the one; takes as long when nothing is stored."""
    try:
        _hasher.verify(stored or _nobodys(), _canonical(password))
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether it was made with other parameters than today's."""
    return _hasher.check_needs_rehash(stored)


@cache
def _nobodys() -> str:
    return _hasher.hash(secrets.token_urlsafe(16))


def _canonical(password: str) -> str:
    return unicodedata.normalize("NFC", password)


def new_token() -> str:
    """192 random bits for a link or a cookie."""
    return secrets.token_urlsafe(24)


def new_pin() -> str:
    """Six random digits, told by mouth."""
    return f"{secrets.randbelow(1_000_000):06}"


def hash_token(token: str) -> str:
    """Tokens are random, so a plain digest keeps them out of a stolen database."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyed(key: str, text: str) -> str:
    """A digest that only we can compute: phone numbers are few enough to try them all."""
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
