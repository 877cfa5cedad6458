"""What a programme is made of: states, the moves between them, variants, what it counts for."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from outreach.assistance.models import Evidence
from outreach.core.i18n import gettext


class BadDefinition(ValueError):
    """A definition that cannot be used. As a `str` it names the file and key, in English."""

    def __init__(self, place: str, message: str, **values: object) -> None:
        super().__init__(f"{place}: {message % values if values else message}")
        self.place, self.message, self.values = place, message, values

    def said(self) -> str:
        """What is wrong, in the language being spoken, without the place."""
        return gettext(self.message, **self.values)


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


class Rung(enum.StrEnum):
    """How far somebody is on the way to doing it alone, from the lowest."""

    MEANS = "means"
    ACCOUNT = "account"
    HELPED = "helped"
    ALONE = "alone"


class DayUnit(enum.StrEnum):
    """How a clock counts: every day, or only working ones."""

    CALENDAR = "calendar"
    WORKING = "working"


class Owner(enum.StrEnum):
    """Whose worklist a clock stands on first."""

    VOLUNTEER = "volunteer"
    LEADER = "leader"
    OFFICER = "officer"


class FieldKind(enum.StrEnum):
    """What may be typed with a step."""

    TEXT = "text"
    DATE = "date"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A deadline that runs while a case is in one of some states.

    It starts on the day the case came into the first of them without leaving them, and falls due
    `days` later (the start is day 0), or on the date typed into `field`.
    """

    code: str
    label: str
    states: frozenset[str]
    days: int | None
    unit: DayUnit
    #: The date field that holds the due date instead of `days`.
    field: str | None
    #: Worklists show it this many days (of the same unit) before it is due.
    warn: int
    owner: Owner
    #: The state that an unkept deadline leads to: offered, never taken by itself.
    then: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedField:
    """Something from a slip that is typed with a step: a dossier's number, a due date."""

    code: str
    label: str
    kind: FieldKind
    #: States whose step asks for it.
    states: frozenset[str]
    required: bool
    #: For a choice: code -> label.
    choices: Mapping[str, str]
    #: What a usual value looks like, as a regular expression; others get a warning only.
    usual: str | None


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
    #: What is ticked off, in order, when it is reached.
    checklist: tuple[str, ...] = ()
    #: What the resident can do once it is reached.
    rung: Rung | None = None
    #: What the programme is for, where no pillar says so.
    goal: bool = False
    #: Codes of earlier versions whose cases stand here now.
    was: tuple[str, ...] = ()
    #: Reaching it means that something was given which nobody should get twice.
    gives: bool = False


@dataclass(frozen=True, kw_only=True)
class Programme:
    """One kind of help. Labels are English message ids or `Both`; say them with gettext."""

    code: str
    #: Counts changes of the definition.
    version: int
    #: Order on pages.
    position: int
    label: str
    scope: Scope
    #: The pillar its goal is; none where it fills none.
    pillar: Pillar | None
    #: Youngest age, in years reached during the year; 0 for a household.
    min_age: int
    #: Minutes of route that moving one case on is worth to the planner.
    weight: int
    #: Everybody should have it: homes where nobody was asked yet are worth a visit.
    sought: bool = False
    #: Minutes that helping with it takes at a home.
    service_minutes: int
    #: A value of `teams.Skill`, for the states that need it.
    skill: str | None
    #: Programmes better finished first: advice on the card, not a bar.
    prerequisites: tuple[str, ...]
    #: States in which a case may be found.
    opens: tuple[str, ...]
    states: Mapping[str, State]
    #: States in which its own pillar is had, or that say they are a goal.
    goals: frozenset[str]
    variants: Mapping[str, Variant]
    stop_reasons: tuple[str, ...]
    #: What nobody on a team may ask for.
    never_ask: tuple[str, ...]
    #: Somebody may be in it again once a case is closed: each dossier is a case of its own.
    repeats: bool = False
    clocks: Mapping[str, Clock] = field(default_factory=dict)
    fields: Mapping[str, TypedField] = field(default_factory=dict)
    #: Stop reasons of its own, beside the shared list: code -> label.
    reasons: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def renamed(self) -> Mapping[str, str]:
        """Codes that states had in earlier versions -> their code now."""
        return {old: state.code for state in self.states.values() for old in state.was}

    def find(self, code: str | None) -> State | None:
        """A state by its code, an earlier one too."""
        return self.states.get(self.renamed.get(code or "", code or ""))

    def has_slip(self, state: State) -> bool:
        """Whether something is ticked or typed with a step to that state."""
        return bool(state.checklist or self.fields_of(state.code))

    def fields_of(self, state: str) -> tuple[TypedField, ...]:
        """What is typed with a step to that state, in the definition's order."""
        return tuple(one for one in self.fields.values() if state in one.states)
