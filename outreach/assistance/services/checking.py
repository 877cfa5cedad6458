"""Whether one piece of help may be recorded now, and the sentence that says why not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.assistance import catalogue, labels, rules, slips
from outreach.assistance.catalogue import programmes
from outreach.assistance.definitions import Programme, Scope
from outreach.assistance.models import Case, Evidence
from outreach.assistance.rules import Standing
from outreach.core.errors import Conflict, NotAllowed, Refusal
from outreach.core.i18n import gettext as _
from outreach.households.models import Household, Resident


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
    #: Lines (0…) of the reached state's checklist that were ticked.
    ticked: tuple[int, ...] = ()
    #: What was typed from slips: code of the field -> text as it was typed.
    typed: Mapping[str, str] = field(default_factory=dict)
    #: The version of the programme's definition that the form was made with, if it said so.
    version: int | None = None
    #: Which case of a programme that repeats; empty: the one going on, else the next.
    dossier: int | None = None

    @property
    def key(self) -> str:
        """Names it within one report: a person is in a programme once, or has this dossier."""
        which = f".{self.dossier}" if self.dossier else ""
        return f"{self.programme}.{self.resident_id or 'home'}{which}"


class WrongMove(Refusal):
    """The programme does not go from there to there. `key` is the help's."""

    code = "wrong_move"

    def __init__(self, message: str, key: str) -> None:
        super().__init__(message)
        self.key = key


class Clash(Conflict):
    """Somebody moved the case since it was shown. `key` is the help's."""

    code = "clash"

    def __init__(self, message: str, key: str) -> None:
        super().__init__(message)
        self.key = key


class Home:
    """A home's residents and cases while help is recorded: read once, one writer at a time."""

    def __init__(self, session: orm.Session, household_id: UUID) -> None:
        self.id = household_id
        # the home's row stands for its cases, those too that are not there yet
        session.execute(
            sa.select(Household.id).where(Household.id == household_id).with_for_update()
        )
        living = sa.select(Resident).where(Resident.household_id == household_id)
        self.residents = {one.id: one for one in session.scalars(living)}
        cases = sa.select(Case).where(Case.household_id == household_id).order_by(Case.dossier)
        self.cases = {
            (one.programme, one.resident_id, one.dossier): one for one in session.scalars(cases)
        }
        self._going = {
            (one.programme, one.resident_id): one.dossier
            for one in self.cases.values()
            if one.closed_at is None or not rules.repeats(one.programme)
        }
        #: Where each case will be once what was checked so far is stored.
        self.standings = {key: standing_of(case) for key, case in self.cases.items()}
        #: Help that only an earlier version of its programme allowed, by the help's key.
        self.redefined: set[str] = set()
        #: Of those, help that reached a state which is no more: kept as told, moves nothing.
        self.set_aside: set[str] = set()

    def place(self, one: Help) -> tuple[str, UUID | None, int]:
        """Which case a help is about: its key in `cases`, also when it has yet to be opened."""
        who = one.programme, one.resident_id
        known = [number for *others, number in self.cases if tuple(others) == who]
        return *who, one.dossier or self._going.get(who) or max(known, default=0) + 1

    def as_a_whole(self) -> Iterable[Standing]:
        """Where the cases of the home itself are."""
        return [one for (_c, who, _n), one in self.standings.items() if who is None and one.state]


def standing_of(case: Case) -> Standing:
    """A case as the rules see it."""
    return Standing(
        case.programme, case.state, case.evidence, case.variant, case.stop_reason is not None
    )


def check(home: Home, one: Help, *, actor: User, on: date) -> str:
    """The state this leads to; raises `WrongMove`, `Clash` or `NotAllowed` when it may not be."""
    _check_form(home, one)
    programme = programmes()[one.programme]
    standing = home.standings.get(home.place(one))
    wanted = one.to_state or (standing and standing.state) or programme.opens[0]
    state = programme.find(wanted)
    if state is None:
        return _set_aside(home, one, wanted)
    to_state = state.code
    if not rules.may_give(actor.role, one.evidence):
        raise NotAllowed(_("Only an officer with the agency's list may confirm."))
    if one.evidence not in state.evidence:
        raise WrongMove(_("That cannot be known in this way."), one.key)
    _check_typed(one, as_made(one), to_state)
    _check_move(home, one, programme, to_state, on)
    variant = one.variant or state.variant or (standing.variant if standing else None)
    home.standings[home.place(one)] = Standing(
        one.programme, to_state, one.evidence, variant, one.stop_reason is not None
    )
    return to_state


def _check_move(home: Home, one: Help, programme: Programme, to_state: str, on: date) -> None:
    birth_year = _birth_year(home, one)
    if not rules.eligible(programme, birth_year, on):
        names = {"programme": _(programme.label), "age": programme.min_age}
        raise WrongMove(_("%(programme)s begins at the age of %(age)s.", **names), one.key)
    if _may_move(home, one, programme, to_state, on):
        return
    made = as_made(one)
    if made is not programme and _may_move(home, one, made, one.to_state or to_state, on):
        home.redefined.add(one.key)
        return
    standing = home.standings.get(home.place(one))
    _refuse(home, one, to_state, standing.state if standing else None)


def _birth_year(home: Home, one: Help) -> int | None:
    resident = home.residents.get(one.resident_id) if one.resident_id else None
    return resident.birth_year if resident else None


def _may_move(home: Home, one: Help, programme: Programme, to_state: str, on: date) -> bool:
    standing = home.standings.get(home.place(one))
    if standing and standing.state not in programme.states:
        standing = replace(standing, state=_then(one.programme, standing.state, programme))
    return rules.may_move(
        programme,
        standing,
        to_state,
        one.variant,
        home=home.as_a_whole(),
        birth_year=_birth_year(home, one),
        on=on,
    )


def _then(code: str, state: str | None, before: Programme) -> str | None:
    """What a state of today was called in an earlier version."""
    now = programmes()[code].find(state)
    return next((old for old in now.was if old in before.states), state) if now else state


def as_made(one: Help) -> Programme:
    """The programme as it was on the page that the help was chosen on."""
    now = programmes()[one.programme]
    if one.version is None or one.version == now.version:
        return now
    return catalogue.current().version(one.programme, one.version) or now


def _set_aside(home: Home, one: Help, wanted: str) -> str:
    """A state that an administrator took away while a phone was on its way: nothing is lost."""
    home.redefined.add(one.key)
    home.set_aside.add(one.key)
    return wanted


def _check_typed(one: Help, programme: Programme, to_state: str) -> None:
    """Raise `WrongMove` for a slip that cannot be read or a line that is not on the list."""
    state = programme.find(one.to_state or to_state)
    if state is None:
        return
    if any(number >= len(state.checklist) for number in one.ticked):
        raise WrongMove(_("There is no such help. Please load the page again."), one.key)
    try:
        slips.kept(programme, state.code, one.typed)
    except slips.Unreadable as error:
        raise WrongMove(str(error), one.key) from error


def _check_form(home: Home, one: Help) -> None:
    """Raise `WrongMove` for help that no page of ours offers."""
    programme = programmes().get(one.programme)
    if programme is None or not _offered(programme, one):
        raise WrongMove(_("There is no such help. Please load the page again."), one.key)
    if one.stop_reason is not None and not _is_reason(one.stop_reason):
        raise WrongMove(_("This help does not stop for that reason."), one.key)
    if one.dossier not in {None, 1} and not programme.repeats:
        raise WrongMove(_("There is no such help. Please load the page again."), one.key)
    if one.resident_id is not None and one.resident_id not in home.residents:
        raise WrongMove(_("This person does not live there."), one.key)


def _offered(programme: Programme, one: Help) -> bool:
    right_scope = (one.resident_id is None) is (programme.scope is Scope.HOUSEHOLD)
    return right_scope and (_was_offered(programme, one) if one.to_state else bool(one.stop_reason))


def _is_reason(code: str) -> bool:
    """Any programme's will do: a phone's form has one list for all that somebody is helped with."""
    return code in catalogue.stop_reasons() or any(code in p.reasons for p in programmes().values())


def _was_offered(programme: Programme, one: Help) -> bool:
    versions = (programme, *catalogue.current().past.get(programme.code, ()))
    return any(version.find(one.to_state) for version in versions)


def _refuse(home: Home, one: Help, to_state: str, now_at: str | None) -> None:
    programme = programmes()[one.programme]
    if to_state in rules.barred(programme, home.as_a_whole()):
        raise WrongMove(_("The home has a 4G feature phone, which cannot do this."), one.key)
    names = {
        "programme": _(programme.label),
        "now_at": labels.state(programme.code, now_at),
        "wanted": labels.state(programme.code, to_state),
    }
    seen = programme.find(one.seen_state)
    if (seen.code if seen else one.seen_state or None) != now_at:
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
