"""What confirming a list would do, line by line."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.assistance.catalogue import programmes
from outreach.assistance.definitions import Programme, Scope
from outreach.assistance.models import Case
from outreach.assistance.queries.needs import batches
from outreach.assistance.rules import Standing
from outreach.assistance.services import bulk
from outreach.confirmation.models import AgencyList
from outreach.confirmation.queries.lists import content_of, mapping_of
from outreach.confirmation.queries.people import entries
from outreach.confirmation.rules.linkage import Entry, Found, Line, Match, spelling
from outreach.confirmation.rules.register import matched
from outreach.confirmation.rules.verdicts import Verdict, verdict
from outreach.core import text
from outreach.core.errors import Refusal
from outreach.households import sheets
from outreach.households.models import Household, Resident
from outreach.households.sheets.wording import why_unreadable


@dataclass(frozen=True, slots=True)
class Judged:
    """One line of a list with what confirming would do about it."""

    draft: sheets.RowDraft
    match: Match
    #: What it would do for each candidate, in their order.
    verdicts: Sequence[Verdict]
    targets: Sequence[bulk.Target]

    @property
    def row(self) -> int:
        return self.draft.number


@dataclass(slots=True)
class Preview:
    """A whole list as it would be confirmed."""

    rows: int = 0
    #: Lines without a name.
    unreadable: list[sheets.RowDraft] = field(default_factory=list)
    lines: list[Judged] = field(default_factory=list)

    def sure(self, verdict_: Verdict) -> list[Judged]:
        """Lines sure of their resident, by what confirming would do."""
        return [
            one
            for one in self.lines
            if one.match.found is Found.SURE and one.verdicts[0] is verdict_
        ]

    def refused(self) -> list[Judged]:
        """Lines sure of their resident, whose case cannot go there."""
        kept = {Verdict.CONFIRM, Verdict.ALREADY}
        return [
            one
            for one in self.lines
            if one.match.found is Found.SURE and one.verdicts[0] not in kept
        ]

    def doubtful(self) -> list[Judged]:
        return [one for one in self.lines if one.match.found is Found.DOUBTFUL]

    def nobody(self) -> list[Judged]:
        return [one for one in self.lines if one.match.found is Found.NOBODY]

    def counts(self) -> Counter[str]:
        """How many lines each kind has."""
        found: Counter[str] = Counter({"unreadable": len(self.unreadable)})
        for one in self.lines:
            is_sure = one.match.found is Found.SURE
            found[one.verdicts[0].value if is_sure else one.match.found.value] += 1
        return found

    def print(self) -> str:
        """A digest of who is sure: confirming refuses when it is another one than was seen."""
        seen = hashlib.sha256()
        for one in self.sure(Verdict.CONFIRM):
            seen.update(one.row.to_bytes(4, "big") + _owner(one).bytes)
        return seen.hexdigest()[:32]


def _owner(one: Judged) -> UUID:
    return one.targets[0].resident_id or one.targets[0].household_id


@dataclass(frozen=True, slots=True)
class Looked:
    """A list's lines with whom they may be: what takes long, and does not change by itself."""

    unreadable: Sequence[sheets.RowDraft]
    drafts: Sequence[sheets.RowDraft]
    matches: Sequence[Match]


def look(session: orm.Session, row: AgencyList, *, today: date) -> Looked:
    """Find everybody of a list. Raises Refusal for a file that cannot be read."""
    read = _drafts(content_of(session, row), row, today)
    drafts = [draft for draft in read if draft.name or draft.head_name]
    lines = [_line(draft) for draft in drafts]
    with_phones = any(line.phones for line in lines)
    matches = matched(lines, lambda: entries(session, row.area, with_phones=with_phones))
    return Looked([one for one in read if not (one.name or one.head_name)], drafts, matches)


def preview(
    session: orm.Session, row: AgencyList, *, today: date, looked: Looked | None = None
) -> Preview:
    """Everything that confirming would do now; `looked` saves finding everybody again."""
    looked = looked or look(session, row, today=today)
    matches = _still_there(session, looked.matches)
    return Preview(
        len(looked.unreadable) + len(looked.drafts),
        [*looked.unreadable],
        _judged(session, row, looked.drafts, matches, today),
    )


def _still_there(session: orm.Session, matches: Sequence[Match]) -> list[Match]:
    """The matches without those whose likeliest resident has left since."""
    ids = {one.best.entry.resident_id for one in matches if one.best}
    living: set[UUID] = set()
    for batch in batches(ids):
        there = sa.select(Resident.id).where(Resident.id.in_(batch), Resident.left_at.is_(None))
        living.update(session.scalars(there))
    return [
        one if one.best is None or one.best.entry.resident_id in living else Match(one.line)
        for one in matches
    ]


def _drafts(content: bytes, row: AgencyList, today: date) -> list[sheets.RowDraft]:
    try:
        with sheets.opened(content, row.file_name, sheet=row.mapping["sheet"]) as sheet:
            table = sheets.table(sheet)
            return list(sheets.rows(table, mapping_of(row), today=today))
    except sheets.Unreadable as unreadable:
        raise Refusal(why_unreadable(unreadable)) from unreadable


def names_of(session: orm.Session, found: Preview, most: int) -> dict[UUID, Resident]:
    """The residents that a page of the preview names, with home and area: one query."""
    shown = [*found.sure(Verdict.CONFIRM)[:most], *found.doubtful()[:most]]
    ids = {one.entry.resident_id for judged_ in shown for one in judged_.match.candidates}
    people = sa.select(Resident).where(Resident.id.in_(ids))
    home = orm.joinedload(Resident.household).joinedload(Household.area)
    return {one.id: one for one in session.scalars(people.options(home))}


def _line(draft: sheets.RowDraft) -> Line:
    name = draft.name or draft.head_name
    return Line(
        draft.number,
        text.fold(name),
        spelling(text.sort_key(name), name),
        draft.birth_year,
        text.fold(draft.address),
        text.fold(draft.area),
        text.fold(draft.code),
        frozenset(phone.e164 for phone in draft.phones),
    )


def _judged(
    session: orm.Session,
    row: AgencyList,
    drafts: Sequence[sheets.RowDraft],
    matches: Sequence[Match],
    today: date,
) -> list[Judged]:
    programme = programmes()[row.programme]
    of_person = programme.scope is Scope.PERSON
    everybody = [one.entry for match in matches for one in match.candidates]
    owners = {e.resident_id if of_person else e.household_id for e in everybody}
    column = Case.resident_id if of_person else Case.household_id
    cases = dict(bulk.cases_of(session, row.programme, column, owners))  # type: ignore[arg-type]
    homes = _barring(session, programme, {e.household_id for e in everybody})

    def target(entry: Entry) -> bulk.Target:
        resident = entry.resident_id if of_person else None
        return bulk.Target(entry.household_id, resident, cases.get(resident or entry.household_id))

    def judge(entry: Entry, to: bulk.Target) -> Verdict:
        return verdict(
            programme,
            row.state,
            _standing(programme, to.case),
            home=homes.get(entry.household_id, ()),
            birth_year=entry.birth_year if of_person else None,
            on=today,
        )

    found = []
    for draft, match in zip(drafts, matches, strict=True):
        targets = [target(one.entry) for one in match.candidates]
        pairs = zip(match.candidates, targets, strict=True)
        verdicts = [judge(one.entry, to) for one, to in pairs]
        found.append(Judged(draft, match, verdicts, targets))
    return found


def _standing(programme: Programme, case: bulk.CaseRow | None) -> Standing | None:
    if case is None:
        return None
    return Standing(
        programme.code, case.state, case.evidence, case.variant, case.stop_reason is not None
    )


def _barring(
    session: orm.Session, programme: Programme, homes: Iterable[UUID]
) -> dict[UUID, list[Standing]]:
    """The homes' own cases of programmes that may rule this one out."""
    codes = [
        one.code
        for one in programmes().values()
        if any(programme.code in kind.never_completes for kind in one.variants.values())
    ]
    found: dict[UUID, list[Standing]] = {}
    for batch in batches(list(homes)) if codes else ():
        rows = session.execute(
            sa.select(Case.household_id, Case.programme, Case.state, Case.evidence, Case.variant)
            .where(Case.programme.in_(codes), Case.household_id.in_(batch))
            .where(Case.resident_id.is_(None))
        )
        for home, *values in rows:
            found.setdefault(home, []).append(Standing(*values))  # type: ignore[arg-type]
    return found
