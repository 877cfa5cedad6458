"""Steps: recorded once whatever is sent again, taken back without being erased.

Callers have checked that the actor may act for the home.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4, uuid5

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from outreach.accounts.models import User
from outreach.assistance import clocks, history, slips
from outreach.assistance.catalogue import programmes
from outreach.assistance.models import Case, Channel, Step
from outreach.assistance.services.checking import Help, Home, as_made, check
from outreach.assistance.services.clocking import keep_clocks
from outreach.core import audit
from outreach.core.db import zone_of
from outreach.core.errors import Conflict
from outreach.core.i18n import gettext as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the steps of one form share."""

    #: The form's id: each step's id follows from it, the resident and the programme.
    form_id: UUID
    channel: Channel
    happened_at: datetime
    #: The visit report the form was, if it was one.
    report_id: UUID | None = None
    #: The id of a case that the form is to open, where whoever made the form chose it.
    case_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """Help that was checked and may be stored in this transaction."""

    home: Home
    #: What to store: the help, the state it leads to, the step's id.
    wanted: Sequence[tuple[Help, str, UUID]]
    circumstances: Circumstances

    @property
    def redefined(self) -> bool:
        """Whether some help fits only an earlier version of its programme."""
        return bool(self.home.redefined)


def record_steps(
    session: orm.Session,
    household_id: UUID,
    helps: Sequence[Help],
    circumstances: Circumstances,
    *,
    actor: User,
    now: datetime,
) -> None:
    """Record everything one form says of a home, or raise and record nothing.

    The same form again changes nothing. Raises `WrongMove`, `Clash` or `NotAllowed`.
    """
    prepared = prepare_steps(session, household_id, helps, circumstances, actor=actor, now=now)
    if prepared:
        store_steps(session, prepared, actor=actor, now=now)


def prepare_steps(
    session: orm.Session,
    household_id: UUID,
    helps: Sequence[Help],
    circumstances: Circumstances,
    *,
    actor: User,
    now: datetime,
) -> Prepared | None:
    """Check everything and write nothing; None when there is nothing to store."""
    if not helps:
        return None
    ids = {one.key: uuid5(circumstances.form_id, one.key) for one in helps}
    stored = set(session.scalars(sa.select(Step.id).where(Step.id.in_(ids.values()))))
    home = Home(session, household_id)
    wanted = [
        (one, check(home, one, actor=actor, on=now.date()), ids[one.key])
        for one in helps
        if ids[one.key] not in stored
    ]
    return Prepared(home, wanted, circumstances)


def store_steps(session: orm.Session, prepared: Prepared, *, actor: User, now: datetime) -> None:
    """Add the steps that were checked and move their cases."""
    zone, cases = zone_of(session), {}
    for one, to_state, id_ in prepared.wanted:
        case = prepared.home.cases.get(prepared.home.place(one))
        if case is None:
            case = _opened(session, prepared, one)
        step = _step(case, one, to_state, prepared.circumstances)
        step.id, step.actor_id, step.recorded_at = id_, actor.id, now
        session.add(step)
        if one.key in prepared.home.set_aside:
            step.undone_at = now
        else:
            _settle(case, history.after(history.of_case(case), step))
            case.began = clocks.began(programmes()[case.programme], case.began, step, zone)
            case.seen_at = max(case.seen_at or step.happened_at, step.happened_at)
            cases[case.id] = case
        audit.record(
            session,
            actor=actor,
            action="assistance.step_recorded",
            subject=case,
            now=now,
            programme=case.programme,
            from_state=step.from_state,
            to_state=to_state,
            evidence=step.evidence,
            stop_reason=step.stop_reason,
            **({"version": one.version} if one.key in prepared.home.redefined else {}),
        )
    try:
        session.flush()
    except IntegrityError as error:  # two phones opened the same case in the same moment
        raise Conflict(_("Somebody changed this meanwhile. Please look again.")) from error
    keep_clocks(session, cases.values())


def _step(case: Case, one: Help, to_state: str, circumstances: Circumstances) -> Step:
    case.steps += 1
    state, made = programmes()[one.programme].find(to_state), as_made(one)
    asked = made.find(one.to_state or to_state)
    return Step(
        case=case,
        number=case.steps,
        from_state=case.state,
        to_state=to_state,
        variant=one.variant or (state.variant if state else None),
        evidence=one.evidence,
        channel=circumstances.channel,
        stop_reason=one.stop_reason,
        happened_at=circumstances.happened_at,
        report_id=circumstances.report_id,
        note=one.note,
        ticked=sorted(set(one.ticked)),
        typed=slips.kept(made, asked.code, one.typed) if asked else {},
    )


def _opened(session: orm.Session, prepared: Prepared, one: Help) -> Case:
    at = prepared.circumstances.happened_at
    case = Case(
        id=prepared.circumstances.case_id or uuid4(),
        programme=one.programme,
        household_id=prepared.home.id,
        resident_id=one.resident_id,
        dossier=prepared.home.place(one)[2],
        opened_at=at,
        moved_at=at,
        steps=0,
        typed={},
        began={},
    )
    session.add(case)
    prepared.home.cases[prepared.home.place(one)] = case
    return case


def undo_report(session: orm.Session, report_id: UUID, *, actor: User, now: datetime) -> int:
    """Take back every step that came with a report; how many there were."""
    chosen = sa.select(Step).where(Step.report_id == report_id, Step.undone_at.is_(None))
    steps = list(session.scalars(chosen.options(orm.joinedload(Step.case))))
    for step in steps:
        take_back(session, step, actor=actor, now=now)
    return len(steps)


def take_back(session: orm.Session, step: Step, *, actor: User, now: datetime) -> None:
    """Mark a step as not so; its case is where the other steps left it. Twice is once."""
    if step.undone_at is not None:
        return
    step.undone_at = now
    session.flush()
    left = session.scalars(
        sa.select(Step)
        .where(Step.case_id == step.case_id, Step.undone_at.is_(None))
        .order_by(Step.number)
    ).all()
    case = step.case
    _settle(case, history.last(left))
    case.began = clocks.began_after(programmes()[case.programme], left, zone_of(session))
    case.seen_at = max((one.happened_at for one in left), default=None)
    session.flush()
    keep_clocks(session, [case])
    audit.record(
        session,
        actor=actor,
        action="assistance.step_undone",
        subject=step.case,
        now=now,
        step=step.id,
        programme=step.case.programme,
    )


def _settle(case: Case, place: history.Place) -> None:
    """Write where the steps say the case is."""
    programme = programmes().get(case.programme)
    case.state, case.evidence, case.variant = place.state, place.evidence, place.variant
    case.stop_reason = place.stop_reason
    case.moved_at = place.moved_at or case.moved_at
    case.typed = dict(place.typed)
    state = programme.find(place.state) if programme else None
    ended = place.stop_reason or (state is not None and state.end)
    case.closed_at = place.moved_at if ended else None
