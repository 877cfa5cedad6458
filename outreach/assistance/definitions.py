"""What a programme is made of: states, the moves between them, variants, what it counts for."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from outreach.assistance.models import Evidence


class BadDefinition(ValueError):
    """A definition that cannot be used; the message names its file and key."""


class Pillar(enum.StrEnum):
    """The four things a person needs, in the order they are shown."""

    IDENTITY = "identity"
    DEVICE = "device"
    ACCOUNT = "account"
    SKILL = "skill"


class Status(enum.StrEnum):
    """How far a pillar is, from least to most."""

    MISSING = "missing"
    IN_PROGRESS = "in_progress"
    HAVE = "have"


class Scope(enum.StrEnum):
    """Whose progress a case follows."""

    PERSON = "person"
    HOUSEHOLD = "household"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A kind of what is given or chosen: which phone, which way to a bank."""

    code: str
    label: str
    #: Youngest age for this variant.
    min_age: int = 0
    #: The most a pillar can be with it.
    at_most: Mapping[Pillar, Status] = field(default_factory=dict)
    #: Programmes that cannot reach their goal in a home with this variant.
    never_completes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One place a case can be, and where it can go from there."""

    code: str
    label: str
    next: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    counts: Mapping[Pillar, Status]
    #: Off the straight way.
    side: bool = False
    #: A case may stay here for good.
    end: bool = False
    #: Somebody loses something when nobody comes soon.
    urgent: bool = False
    #: Reaching it says which variant.
    asks: bool = False
    #: The variant that reaching it means.
    variant: str | None = None
    #: Going on takes somebody with the programme's skill.
    needs_skill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """One kind of help. Labels are English message ids; say them with gettext."""

    code: str
    #: Counts changes of the definition.
    version: int
    #: Order on pages.
    position: int
    label: str
    scope: Scope
    #: The pillar its goal is.
    pillar: Pillar
    #: Youngest age, in years reached during the year; 0 for a household.
    min_age: int
    #: Minutes of route that moving one case on is worth to the planner.
    weight: int
    #: Minutes that helping with it takes at a home.
    service_minutes: int
    #: A value of `teams.Skill`, for the states that need it.
    skill: str | None
    #: Programmes better finished first: advice on the card, not a bar.
    prerequisites: tuple[str, ...]
    #: States in which a case may be found.
    opens: tuple[str, ...]
    states: Mapping[str, State]
    #: States in which its own pillar is had.
    goals: frozenset[str]
    variants: Mapping[str, Variant]
    stop_reasons: tuple[str, ...]
    #: What nobody on a team may ask for.
    never_ask: tuple[str, ...]
