"""Whether one piece of help may be recorded now, and the sentence that says why not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.assistance import rules
from outreach.assistance.catalogue import programmes
from outreach.assistance.definitions import Programme, Scope
from outreach.assistance.models import Case, Evidence
from outreach.assistance.rules import Standing
from outreach.core.errors import Conflict, NotAllowed, Refusal
from outreach.core.i18n import gettext as _
from outreach.households.models import Resident


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """One thing reached, or why it stopped, for one resident or for the home."""

    programme: str
    resident_id: UUID | None = None
    #: The state reached; empty when only a stop is recorded.
    to_state: str | None = None
    variant: str | None = None
    evidence: Evidence = Evidence.OBSERVED
    stop_reason: str | None = None
    #: The state that was shown when this was chosen, to tell a clash from a wrong choice.
    seen_state: str | None = None
    note: str = ""

    @property
    def key(self) -> str:
        """Names it within one report: a person is in a programme once."""
        return f"{self.programme}.{self.resident_id or 'home'}"


class WrongMove(Refusal):
    """The programme does not go from there to there. `key` is the help's."""

    def __init__(self, message: str, key: str) -> None:
        super().__init__(message)
        self.key = key


class Clash(Conflict):
    """Somebody moved the case since it was shown. `key` is the help's."""

    def __init__(self, message: str, key: str) -> None:
        super().__init__(message)
        self.key = key


class Home:
    """A home's residents and cases while help is recorded: read once, cases locked."""

    def __init__(self, session: orm.Session, household_id: UUID) -> None:
        self.id = household_id
        living = sa.select(Resident).where(Resident.household_id == household_id)
        self.residents = {one.id: one for one in session.scalars(living)}
        cases = sa.select(Case).where(Case.household_id == household_id).with_for_update()
        self.cases = {(one.programme, one.resident_id): one for one in session.scalars(cases)}

    def standings(self) -> Iterable[Standing]:
        """Where the cases of the home as a whole are."""
        return [standing_of(c) for c in self.cases.values() if c.resident_id is None and c.state]


def standing_of(case: Case) -> Standing:
    """A case as the rules see it."""
    return Standing(
        case.programme, case.state, case.evidence, case.variant, case.stop_reason is not None
    )


def check(home: Home, one: Help, to_state: str, *, actor: User, on: date) -> None:
    """Raise `WrongMove`, `Clash` or `NotAllowed` when this may not be recorded."""
    programme = programmes()[one.programme]
    if not rules.may_give(actor.role, one.evidence):
        raise NotAllowed(_("Only an officer with the agency's list may confirm."))
    if one.evidence not in programme.states[to_state].evidence:
        raise WrongMove(_("That cannot be known in this way."), one.key)
    resident = home.residents.get(one.resident_id) if one.resident_id else None
    birth_year = resident.birth_year if resident else None
    if not rules.eligible(programme, birth_year, on):
        names = {"programme": _(programme.label), "age": programme.min_age}
        raise WrongMove(_("%(programme)s begins at the age of %(age)s.", **names), one.key)
    case = home.cases.get((one.programme, one.resident_id))
    standing = standing_of(case) if case else None
    if not rules.may_move(
        programme,
        standing,
        to_state,
        one.variant,
        home=home.standings(),
        birth_year=birth_year,
        on=on,
    ):
        _refuse(home, one, to_state, case.state if case else None)


def check_form(home: Home, one: Help) -> None:
    """Raise `WrongMove` for help that no page of ours offers."""
    programme = programmes().get(one.programme)
    if programme is None or not _offered(programme, one):
        raise WrongMove(_("There is no such help. Please load the page again."), one.key)
    if one.stop_reason is not None and one.stop_reason not in programme.stop_reasons:
        raise WrongMove(_("This help does not stop for that reason."), one.key)
    if one.resident_id is not None and one.resident_id not in home.residents:
        raise WrongMove(_("This person does not live there."), one.key)


def _offered(programme: Programme, one: Help) -> bool:
    right_scope = (one.resident_id is None) is (programme.scope is Scope.HOUSEHOLD)
    known = one.to_state in programme.states if one.to_state else one.stop_reason is not None
    return right_scope and known


def _refuse(home: Home, one: Help, to_state: str, now_at: str | None) -> None:
    programme = programmes()[one.programme]
    if to_state in rules.barred(programme, home.standings()):
        raise WrongMove(_("The home has a 4G feature phone, which cannot do this."), one.key)
    names = {
        "programme": _(programme.label),
        "now_at": _(programme.states[now_at].label) if now_at else _("not begun"),
        "wanted": _(programme.states[to_state].label),
    }
    if (one.seen_state or None) != now_at:
        raise Clash(
            _(
                "%(programme)s: somebody recorded “%(now_at)s” meanwhile, so “%(wanted)s” was not"
                " recorded. Please choose again.",
                **names,
            ),
            one.key,
        )
    raise WrongMove(
        _("%(programme)s cannot go from “%(now_at)s” to “%(wanted)s”.", **names), one.key
    )
