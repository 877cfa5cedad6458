"""How changes of one home from several phones come together, field by field: pure.

A field travels as text. Texts are taken when nobody else changed them since the phone saw them;
sets (phones, hazards) lose what was taken out and gain what was put in, and never clash.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from outreach.households.models import Hazard, Household, Merged, Resident

#: What can be changed at the door, of the home and of a person in it.
HOME = ("address", "landmark", "note", "needs_home_visit", "hazards", "pin")
PERSON = ("name", "salutation", "birth_year", "relation", "phones")
#: What a desk's page can change: hazards are seen at the door only, other details at the desk.
DESK_HOME = (
    "address",
    "landmark",
    "note",
    "needs_home_visit",
    "pin",
    "circumstance",
    "code",
    "hours",
)
DESK_PERSON = (*PERSON, "sex", "language")
SETS = frozenset({"hazards", "phones"})
YES = "yes"


@dataclass(frozen=True, slots=True)
class Change:
    """One field that somebody changed, as text."""

    field: str
    was: str
    wanted: str


def merged(change: Change, now_is: str) -> tuple[Merged, str]:
    """What becomes of a change where `now_is` stands, and the value that stands then."""
    if change.field in SETS:
        value = _sets(change, now_is)
        return (Merged.SAME if value == now_is else Merged.APPLIED), value
    if now_is == change.wanted:
        return Merged.SAME, now_is
    if now_is == change.was:
        return Merged.APPLIED, change.wanted
    return Merged.CLASH, now_is


def _sets(change: Change, now_is: str) -> str:
    was, wanted, here = (set(one.split()) for one in (change.was, change.wanted, now_is))
    return " ".join(sorted((here - (was - wanted)) | (wanted - was)))


def of_home(household: Household) -> dict[str, str]:
    """The home's fields as text."""
    return {
        "address": household.address,
        "landmark": household.landmark,
        "note": household.note,
        "needs_home_visit": YES if household.needs_home_visit else "",
        "hazards": " ".join(sorted(household.hazards)),
        "pin": pin(household.latitude, household.longitude),
        "circumstance": household.circumstance.value,
        "code": household.code or "",
        "hours": hours(household.home_from, household.home_until),
    }


def of_person(resident: Resident, numbers: Iterable[str] | None = None) -> dict[str, str]:
    """A person's fields as text; their phones must be loaded, or `numbers` given."""
    if numbers is None:
        numbers = [link.contact_point.number for link in resident.phones]
    return {
        "name": resident.name,
        "salutation": resident.salutation.value if resident.salutation else "",
        "birth_year": str(resident.birth_year or ""),
        "relation": resident.relation,
        "phones": " ".join(sorted(numbers)),
        "sex": resident.sex.value if resident.sex else "",
        "language": resident.language.value,
    }


def changes(
    fields: Iterable[str],
    seen: Mapping[str, str],
    said: Mapping[str, str],
    now_is: Mapping[str, str],
) -> list[Change]:
    """What a page changed of `fields`; one that it did not show began with what stands."""
    return [
        Change(field, was, said[field])
        for field in fields
        for was in (seen.get(field, now_is[field]),)
        if was != said[field]
    ]


def pin(latitude: float | None, longitude: float | None) -> str:
    """A point to about a decimetre; empty where there is none."""
    if latitude is None or longitude is None:
        return ""
    return f"{latitude:.6f} {longitude:.6f}"


def point(text: str) -> tuple[float, float] | tuple[None, None]:
    """The point behind a text of `pin`."""
    if not text:
        return None, None
    latitude, longitude = text.split()
    return float(latitude), float(longitude)


def hours(begin: int | None, end: int | None) -> str:
    """Minutes since midnight between which they are usually in; empty where nobody knows."""
    return "" if begin is None or end is None else f"{begin} {end}"


def span(text: str) -> tuple[int, int] | tuple[None, None]:
    """The minutes behind a text of `hours`."""
    if not text:
        return None, None
    begin, end = text.split()
    return int(begin), int(end)


def hazards(text: str) -> list[str]:
    """Known hazards of a text, sorted."""
    return sorted(set(text.split()) & set(Hazard))
