"""What a wording may never say. A text that a fraud could have written trains people for frauds.

Carriers refuse most of these too: links, other numbers than the office's, bank names (a licence
is needed), and texts that do not name their registered sender. There is no class for advertising.
"""

from __future__ import annotations

import enum
import re
import string
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from outreach.core.text import fold
from outreach.households.models import Language
from outreach.messaging.segments import measure
from outreach.notifications.texts import Kind, Template


class Fault(enum.StrEnum):
    """Why a wording cannot be used."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    BRACES = "braces"
    UNKNOWN_GAP = "unknown_gap"
    MISSING_GAP = "missing_gap"
    NO_SENDER = "no_sender"
    LINK = "link"
    PHONE = "phone"
    ASKS_FOR_CODE = "asks_for_code"
    BRAND = "brand"
    MONEY = "money"
    TOO_DEAR = "too_dear"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault, and the words that show it."""

    fault: Fault
    what: str = ""


LONGEST = 600
_LINK = re.compile(
    r"https?\s*:|www\s*\.|\b\w[\w-]*(?:\.|\s\.\s|\s?[\[(]\.[\])]\s?|\s?\(?\bdot\b\)?\s?)"
    r"(?:com|net|org|info|vn|me|ly|gl|io|co|app|site|xyz|top|shop|link|page|online|asia|gov|cc|biz)\b"
)
#: Anything long enough to be dialled, however it is spaced.
_NUMBER = re.compile(r"\+?\d(?:[\s.\-()]{0,2}\d){6,}")
_HIDDEN_WORDS = (
    "otp|o t p|mat khau|password|passcode|passwd|ma pin|pin code|ma xac (?:thuc|nhan|minh)"
    "|ma kich hoat|ma bao mat|ma bi mat|one time code|verification code|security code"
    "|(?:so|ma) the|so tai khoan|card number|account number|cvv|so cccd|so can cuoc"
)
_SECRETS = re.compile(rf"\b(?:{_HIDDEN_WORDS})\b")
#: "we never ask for", "do not give": a denial right before the secrets it is about.
_DENIES = re.compile(
    r"\b(?:khong|khong bao gio|dung|chua bao gio|never|not|dont|no one|nobody)"
    r"(?:\s+(?:bao|gio|duoc|can|ai|doi|hoi|xin|yeu|cau|lay|cung|cap|gui|doc|noi|dua|cho|tiet|lo|asks?|for|your|any"
    r"|give|share|tell|send|need|want|an|a|the|or|and|and|hay|hoac|va|ma|so))*\s*$"
)
_BRANDS = (
    "vietcombank",
    "vcb",
    "bidv",
    "agribank",
    "techcombank",
    "vietinbank",
    "vpbank",
    "mbbank",
    "mb bank",
    "sacombank",
    "tpbank",
    "hdbank",
    "shb",
    "acb",
    "vib",
    "ocb",
    "msb",
    "seabank",
    "eximbank",
    "lienvietpostbank",
    "lpbank",
    "namabank",
    "kienlongbank",
    "pvcombank",
    "abbank",
    "bac a bank",
    "cake",
    "timo",
    "momo",
    "zalopay",
    "vnpay",
    "viettelpay",
    "viettel money",
    "vnptpay",
    "vnpt money",
    "shopeepay",
    "moca",
    "viettel",
    "mobifone",
    "vinaphone",
    "vnpt",
    "vietnamobile",
    "gmobile",
    "itel",
    "wintel",
    "reddi",
    "fpt",
    "zalo",
    "shopee",
    "lazada",
    "tiki",
    "grab",
    "facebook",
    "samsung",
    "oppo",
    "xiaomi",
    "vivo",
)
_BRAND = re.compile(rf"\b(?:{'|'.join(map(re.escape, _BRANDS))})\b")
_MONEY = re.compile(
    r"\b(?:khuyen mai|giam gia|uu dai|trung thuong|tang qua|qua tang|voucher|chuyen khoan|nop phi"
    r"|dong phi|phi dich vu|lai suat|vay von|vay tien|discount|promotion|prize|transfer money"
    r"|loan)\b|\[qc\]|\(qc\)"
)
#: Digits that are put in for letters to get past a filter.
_DISGUISED = str.maketrans("0134579$@", "oleastgsa")


def findings(
    text: str, template: Template, language: Language, *, hotlines: frozenset[str] = frozenset()
) -> list[Finding]:
    """Everything that forbids this wording; `hotlines` are the digits of numbers it may name."""
    composed = unicodedata.normalize("NFC", text)
    found = list(_gaps(composed, template))
    if not found:
        found += _words(composed, hotlines)
        cost = measure(template.longest(composed, language)).segments
        if cost > template.budget[language]:
            found.append(Finding(Fault.TOO_DEAR, str(cost)))
    return found


def _gaps(text: str, template: Template) -> Iterator[Finding]:
    """Faults of the form: gaps that are unknown, missing, broken, or not in their place."""
    if not text.strip():
        yield Finding(Fault.EMPTY)
        return
    if len(text) > LONGEST:
        yield Finding(Fault.TOO_LONG, str(len(text)))
    try:
        parts = [
            (name, spec, how)
            for _, name, spec, how in string.Formatter().parse(text)
            if name is not None
        ]
    except ValueError:
        yield Finding(Fault.BRACES)
        return
    if any(spec or how for _, spec, how in parts):
        yield Finding(Fault.BRACES)
    names = [name for name, _, _ in parts]
    known = {gap.name: gap for gap in template.gaps}
    yield from (Finding(Fault.UNKNOWN_GAP, name) for name in names if name not in known)
    for name in template.required:
        if name not in names:
            kind = known[name].kind
            yield Finding(Fault.NO_SENDER if kind is Kind.SENDER else Fault.MISSING_GAP, name)


def _words(text: str, hotlines: frozenset[str]) -> Iterator[Finding]:
    """Faults of what is said."""
    bare = fold(re.sub(r"\{[^}]*\}", " ", text))
    if found := _LINK.search(bare):
        yield Finding(Fault.LINK, found.group().strip())
    for number in _NUMBER.findall(bare):
        if re.sub(r"\D", "", number) not in hotlines:
            yield Finding(Fault.PHONE, number.strip())
    if asked := _asked_for(bare):
        yield Finding(Fault.ASKS_FOR_CODE, asked)
    disguised = (bare, bare.translate(_DISGUISED), bare.replace("1", "i").translate(_DISGUISED))
    if brand := next(filter(None, map(_BRAND.search, disguised)), None):
        yield Finding(Fault.BRAND, brand.group())
    if money := _MONEY.search(bare):
        yield Finding(Fault.MONEY, money.group())


def _asked_for(bare: str) -> str:
    """The first secret that is not plainly denied: "we never ask for an OTP" is a warning."""
    for clause in re.split(r"[.;:!?\n]", bare):
        spoken = re.sub(r"[^a-z0-9, ]+", " ", clause)
        denied = False
        for found in _SECRETS.finditer(spoken):
            before = spoken[: found.start()]
            denied = bool(_DENIES.search(before.replace(",", " "))) or (
                denied and _only_listing(before)
            )
            if not denied:
                return found.group()
    return ""


def _only_listing(before: str) -> bool:
    """Whether a secret directly follows another one in a list: "OTP, mat khau hay ma PIN"."""
    return bool(
        re.search(
            rf"(?:{_HIDDEN_WORDS})\s*(?:,|or|and|hay|hoac|va|\s)*\s*(?:your|a|an|the)?\s*$", before
        )
    )
