"""The rules that keep visitors safe, as the planner's skills and windows and as reasons. Pure.

The planner knows skills: a team needs all that a home asks for. "Never alone" is the skill that
only pairs have; "only these people" is a skill of the home's own, which those who are named have;
a home that cannot be visited before dark asks for one that nobody has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypedDict
from uuid import UUID
from zoneinfo import ZoneInfo

from outreach.core import daylight
from outreach.households.models import Household
from outreach.rounds.rules import Broken
from outreach.routing.plan import Reason

PAIR, _ONLY, _LIGHT = "pair", "only:", "daylight"


class _Home(Protocol):
    """What of `questions.Home` matters here."""

    @property
    def id(self) -> str: ...
    @property
    def service_s(self) -> int: ...
    @property
    def skill(self) -> str | None: ...
    @property
    def opens_s(self) -> int | None: ...
    @property
    def closes_s(self) -> int | None: ...
    @property
    def never_alone(self) -> bool: ...
    @property
    def only(self) -> tuple[str, ...]: ...
    @property
    def dark_s(self) -> int | None: ...


class OfHome(TypedDict):
    """Fields of `questions.Home`."""

    never_alone: bool
    only: tuple[str, ...]
    dark_s: int | None


@dataclass(frozen=True, slots=True)
class Rules:
    """What a home asks of those who go there on one day."""

    pair: bool = False
    #: Nobody named: anybody.
    only: tuple[UUID, ...] = ()
    #: When it is dark, in seconds of the day, where nobody may be there then.
    dark_s: int | None = None

    def of_home(self) -> OfHome:
        """As a `questions.Home` has them."""
        only = tuple(str(one) for one in self.only)
        return {"never_alone": self.pair, "only": only, "dark_s": self.dark_s}

    def broken(self, starts_s: int, service_s: int, people: Collection[UUID]) -> list[Broken]:
        """What a visit by these people would break."""
        found = []
        if self.pair and len(people) < 2:
            found.append(Broken.ALONE)
        if self.only and not set(self.only) & set(people):
            found.append(Broken.NOT_NAMED)
        if self.dark_s is not None and starts_s + service_s > self.dark_s:
            found.append(Broken.DARK)
        return found


#: What is refused, and not only shown.
UNSAFE = frozenset({Broken.ALONE, Broken.NOT_NAMED, Broken.DARK})


def rules_of(home: Household, day: date, zone: ZoneInfo) -> Rules:
    """The rules of a home, its visitors loaded. Without a point nobody knows when it is dark."""
    only = tuple(sorted(one.id for one in home.visitors))
    dark = dusk(home.latitude, home.longitude, day, zone) if home.not_after_dark else None
    return Rules(home.in_pairs_only, only, dark)


def dusk(lat: float | None, lon: float | None, day: date, zone: ZoneInfo) -> int | None:
    """Seconds of the day at which it is dark at a place."""
    if lat is None or lon is None:
        return None
    # a hundredth of a degree is three seconds: neighbours share one answer
    return daylight.sinks(day, round(lat, 2), round(lon, 2), zone)


def held(people: Sequence[str], named: Iterable[_Home]) -> frozenset[str]:
    """What these people together bring, for homes that name somebody."""
    pair = frozenset({PAIR} if len(people) > 1 else ())
    return pair | {_ONLY + home.id for home in named if set(home.only) & set(people)}


def needed(home: _Home, now_s: int | None) -> frozenset[str]:
    """What a home asks for besides its skill."""
    found = {PAIR} if home.never_alone else set()
    if home.only:
        found.add(_ONLY + home.id)
    if is_dark(home, now_s):
        found.add(_LIGHT)
    return frozenset(found)


def is_dark(home: _Home, now_s: int | None) -> bool:
    """Whether a visit could not end before dark, even by somebody who is at the door."""
    if home.dark_s is None:
        return False
    return max(home.opens_s or 0, now_s or 0) + home.service_s > home.dark_s


Facts = dict[str, int | str]
#: Reasons of the planner about a skill, and how they are told of each rule.
_PAIR = {
    Reason.NO_SKILL: "no_pair",
    Reason.SKILL_ABSENT: "pair_absent",
    Reason.PINNED_TEAM_LACKS_SKILL: "pinned_team_alone",
    Reason.SKILLED_TEAMS_FULL: "pairs_full",
}
_NAMED = {
    Reason.NO_SKILL: "only_by",
    Reason.SKILL_ABSENT: "only_by",
    Reason.PINNED_TEAM_LACKS_SKILL: "pinned_team_not_named",
    Reason.SKILLED_TEAMS_FULL: "only_by_full",
}
_WINDOWS = {
    Reason.WINDOW_OUTSIDE_SHIFTS: "after_dark",
    Reason.WINDOW_TAKEN: "taken_before_dark",
}


def told(home: _Home, reason: Reason, facts: Mapping[str, int | str]) -> tuple[str, Facts]:
    """A reason of the planner as the site tells it: (code, facts)."""
    needs = str(facts.get("skill", "")).split(", ")
    people: Facts = {"people": " ".join(home.only)}
    rest: Facts = {key: value for key, value in facts.items() if key != "skill"}
    if _LIGHT in needs:
        return "after_dark", {"dark_s": home.dark_s or 0}
    if len(needs) > 1:
        return _not_together(home, needs, people)
    if needs[0] == PAIR and reason in _PAIR:
        return _PAIR[reason], rest
    if needs[0].startswith(_ONLY) and reason in _NAMED:
        return _NAMED[reason], rest | people
    if reason in _WINDOWS and _dark_closes(home):
        return _WINDOWS[reason], rest | {"dark_s": home.dark_s or 0}
    return reason.value, dict(facts)


def _not_together(home: _Home, needs: Sequence[str], people: Facts) -> tuple[str, Facts]:
    """Somebody has each of these, and nobody has all."""
    if not home.only:
        return "no_skilled_pair", {"skill": home.skill or ""}
    if PAIR in needs:
        return "named_alone", people
    return "named_lacks_skill", people | {"skill": home.skill or ""}


def _dark_closes(home: _Home) -> bool:
    """Whether it is the dark that ends the time for a visit."""
    if home.dark_s is None:
        return False
    return home.closes_s is None or home.dark_s - home.service_s < home.closes_s
