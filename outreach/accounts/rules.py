"""Decisions about accounts: who may act on whom, how long to wait, which passwords are too weak."""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from outreach.accounts import scopes
from outreach.accounts.models import Role, User
from outreach.core.text import fold
from outreach.places.models import Area

# --- who may act on whom -------------------------------------------------------------------
#: The roles each role may give, and so also change, invite and switch off.
GRANTS = {
    Role.ADMINISTRATOR: frozenset(Role),
    Role.OFFICER: frozenset({Role.LEADER, Role.VOLUNTEER, Role.PARTNER}),
    Role.LEADER: frozenset({Role.VOLUNTEER}),
    Role.VOLUNTEER: frozenset[Role](),
    Role.PARTNER: frozenset[Role](),
}


def may_grant(actor: User, role: Role, area: Area | None) -> bool:
    """Whether the actor may make somebody a `role` in `area`: never more than they have."""
    if actor.role is Role.ADMINISTRATOR:
        return True
    return role in GRANTS[actor.role] and area is not None and scopes.covers(actor, area)


def may_administer(actor: User, user: User, *, in_own_team: bool = False) -> bool:
    """Whether the actor may change, invite or sign out this person.

    `in_own_team`: the actor leads a team the person is in; teams are above, so they say so.
    """
    if actor.role is Role.LEADER:
        return in_own_team and user.role is Role.VOLUNTEER
    return may_grant(actor, user.role, user.area)


# --- throttling ----------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Patience:
    """How many failures are free, and how the wait grows after them."""

    free: int
    first: timedelta
    longest: timedelta


WINDOW = timedelta(hours=24)
#: One account from one address: somebody who forgot, or who guesses.
FROM_ONE_ADDRESS = Patience(5, timedelta(seconds=30), timedelta(minutes=15))
#: One account from anywhere: later, so that a stranger cannot easily lock a volunteer out.
FROM_ANYWHERE = Patience(25, timedelta(seconds=30), timedelta(minutes=15))


def wait(failures: Sequence[datetime], patience: Patience, *, now: datetime) -> int:
    """Whole seconds until another try may be made; 0 when at once."""
    recent = [at for at in failures if now - WINDOW < at]
    over = len(recent) - patience.free
    if over < 0:
        return 0
    delay = min(patience.longest, patience.first * (1 << min(over, 16)))
    return max(0, math.ceil((max(recent) + delay - now).total_seconds()))


#: Wrong PINs that end an invitation.
MOST_WRONG_PINS = 5


# --- passwords -----------------------------------------------------------------------------
SHORTEST = 8


class Weakness(enum.StrEnum):
    """Why a password is refused."""

    SHORT = "short"
    COMMON = "common"
    PHONE = "phone"


#: Folded: what is guessed first here, apart from anything made of digits in a row.
_GUESSED_FIRST = """
    password password1 password123 passw0rd p@ssw0rd qwerty qwerty123 qwertyuiop asdfghjkl
    1q2w3e4r 1q2w3e4r5t 1qaz2wsx zaq12wsx abcd1234 abc12345 abc123456 a1234567 a12345678
    a123456789 aa123456 aa12345678 admin123 admin1234 adminadmin administrator matkhau
    matkhau1 matkhau123 matkhau1234 anhyeuem anhyeuem123 emyeuanh emyeuanh123 yeuem123 iloveyou
    iloveyou1 iloveyou123 tinhyeu123 khongbiet khongcho vietnam vietnam1 vietnam123 saigon123
    hanoi123 conyeume conyeu123 giadinh123 mothaiba 123qweasd 123abc456 123123abc qazwsxedc
    qwer1234 asdf1234 zxcvbnm1 zxcvbnm123 changeme letmein1 welcome1 welcome123 congnghe
    congngheso congngheso1 chuyendoiso chuyendoiso1 tocongngheso totruong volunteer outreach
    outreach123 tinhnguyen
"""
_COMMON = frozenset(_GUESSED_FIRST.split())


def weakness(password: str, *, phone: str = "") -> Weakness | None:
    """Why this password would be guessed; None when it is good enough."""
    if len(password) < SHORTEST:
        return Weakness.SHORT
    plain = re.sub(r"\s", "", fold(password))
    digits = re.sub(r"\D", "", plain)
    number = phone.removeprefix("+84").lstrip("0")
    if number and (number in digits or (len(digits) >= SHORTEST and digits in f"0{number}")):
        return Weakness.PHONE
    return Weakness.COMMON if plain in _COMMON or _is_a_row(plain) else None


def _is_a_row(text: str) -> bool:
    """12345678, 87654321, 11111111, abababab, 12341234."""
    rows = "01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz"
    repeated = any(text == text[:n] * (len(text) // n) for n in range(1, 5) if len(text) % n == 0)
    return repeated or any(text in row for row in rows)


# --- requests ------------------------------------------------------------------------------
def local_path(target: str | None) -> str | None:
    """The path of our own that a sign-in may go on to; None for anything else."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if any(ord(c) <= 32 or c in "\\\x7f" for c in target):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("Macintosh", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux"),
)  # fmt: skip
_BROWSERS = (
    ("Zalo", "Zalo"), ("coc_coc", "Cốc Cốc"), ("SamsungBrowser", "Samsung Internet"),
    ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip


def device_label(user_agent: str) -> str:
    """What a person would call it, "Android · Chrome"; empty when it cannot be told."""
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    return " · ".join(filter(None, (system, browser)))
