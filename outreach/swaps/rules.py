"""Receipt numbers, signatures, and the steps that a hand-over stands for. Pure."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Sequence
from uuid import UUID

from outreach.assistance.definitions import Programme
from outreach.swaps.models import FaceCheck, Tick

PROGRAMME = "device_2g4g"
#: Crockford's alphabet: nothing in it looks like something else in it.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OILU", "011V")
_BITS = 5
_WHO, _WHICH = 3, 8

#: Longest signature stored, in characters.
LONGEST_SIGNATURE = 8192
#: Fewer points than this are a slip of the finger.
_LEAST_POINTS = 8
_PATH = re.compile(r"(?:M\d{1,4} \d{1,4}(?:L\d{1,4} \d{1,4})*)+")


def receipt_no(volunteer_id: UUID, form_id: UUID) -> str:
    """The number of a receipt, made alike on a phone without a signal and here: 7QM-3F9X-8D2A-R.

    Three letters are the volunteer's (the first 15 bits of their id), eight are the hand-over's
    (the first 40 bits of an id that the phone draws at random), and the last checks the others
    (Luhn's formula to the base of 32). So a receipt is known to be well written, and whose, by
    anybody with the list of volunteers and no network. Two of one volunteer's receipts are alike
    once in 10^12 pairs; the table would refuse the second.
    """
    body = _letters(volunteer_id, _WHO) + _letters(form_id, _WHICH)
    return _grouped(body + _check(body))


def _letters(id_: UUID, count: int) -> str:
    return "".join(
        LETTERS[id_.int >> (128 - _BITS * place) & (len(LETTERS) - 1)]
        for place in range(1, count + 1)
    )


def _check(body: str) -> str:
    """Luhn's formula: every second letter from the right, the last one first, counts twice."""
    base, total = len(LETTERS), 0
    for place, letter in enumerate(reversed(body)):
        value = LETTERS.index(letter) * (2 if place % 2 == 0 else 1)
        total += value // base + value % base
    return LETTERS[-total % base]


def _grouped(whole: str) -> str:
    return f"{whole[:3]}-{whole[3:7]}-{whole[7:11]}-{whole[11:]}"


def read_receipt_no(told: str) -> str | None:
    """A number as somebody reads it out or writes it down, in its own form; None: miswritten."""
    plain = re.sub(r"[\s.-]", "", told).upper().translate(_MISREAD)
    if len(plain) != _WHO + _WHICH + 1 or set(plain) - set(LETTERS):
        return None
    return _grouped(plain) if _check(plain[:-1]) == plain[-1] else None


def is_of(number: str, volunteer_id: UUID) -> bool:
    """Whether a receipt bears this volunteer's letters."""
    return number.startswith(_letters(volunteer_id, _WHO))


def is_signature(path: str) -> bool:
    """Whether this is a path as our page draws it, and more than a slip of the finger."""
    fine = len(path) <= LONGEST_SIGNATURE and _PATH.fullmatch(path) is not None
    return fine and path.count("L") + path.count("M") >= _LEAST_POINTS


def way(programme: Programme, now_at: str | None, to: str) -> Sequence[str] | None:
    """The shortest way between two states that leaves the straight one nowhere, without the first.

    Empty when it is there already; None when the programme does not lead there.
    """
    if now_at == to:
        return ()
    known = programme.states.get(now_at or "")
    begin = known.next if known else programme.opens
    waiting: deque[tuple[str, ...]] = deque((one,) for one in begin)
    seen = set(begin)
    while waiting:
        found = waiting.popleft()
        state = programme.states[found[-1]]
        if state.code == to:
            return found
        if state.side or state.end:
            continue
        for following in state.next:
            if following not in seen:
                seen.add(following)
                waiting.append((*found, following))
    return None


def reached(ticked: Collection[str], face_check: FaceCheck) -> Sequence[str]:
    """The states that the checklist shows, in order, after the phone was handed over."""
    shown = (
        ("sim_in_new_device", Tick.SIM_MOVED in ticked),
        ("subscriber_verified", face_check is FaceCheck.DONE),
        ("basics_taught", Tick.BASICS_SHOWN in ticked),
    )
    found: list[str] = []
    for state, true in shown:
        if not true:
            break  # the programme does not skip one
        found.append(state)
    return found
