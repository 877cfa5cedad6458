"""The only writer of definitions: stores a new version, and takes running cases along.

What cannot be used is refused with its line, and nothing is stored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from outreach.accounts.models import Role, User
from outreach.assistance import catalogue, labels
from outreach.assistance.catalogue import Catalogue
from outreach.assistance.definitions import BadDefinition, Programme, State
from outreach.assistance.lines import line_of
from outreach.assistance.models import Case, Channel, Definition, Step
from outreach.assistance.queries import definitions as queries
from outreach.core import audit
from outreach.core.errors import Conflict, NotAllowed, NotFound, Refusal
from outreach.core.i18n import gettext as _

#: Characters of a definition; ours have 5,000.
LONGEST = 60_000
#: Cases that are moved with one statement.
AT_ONCE = 1000
_VERSION = re.compile(r"^version\s*=.*$", re.MULTILINE)


class Unusable(Refusal):
    """A definition that cannot be used. `line` is where to look, `key` what is wrong there."""

    code = "unusable"

    def __init__(self, message: str, *, line: int | None = None, key: str = "") -> None:
        super().__init__(message)
        self.line, self.key = line, key


@dataclass(frozen=True, slots=True)
class Wish:
    """A programme's definition as somebody wants it."""

    code: str
    text: str
    #: The version it was made from; 0 for a programme that is not there yet.
    based_on: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """What storing a definition would do."""

    programme: Programme
    before: Programme | None
    #: State that is no more -> the one its cases go to, and how many.
    moved: Mapping[str, tuple[str, int]]


def effect(session: orm.Session, wish: Wish) -> Effect:
    """What the definition would change; raises `Unusable` or `Conflict` as `save` does."""
    known = catalogue.composed(queries.stored(session))
    before = known.programmes.get(wish.code)
    if wish.based_on != (before.version if before else 0):
        raise Conflict(
            _("Somebody changed this programme meanwhile. Please look at the new version first.")
        )
    programme = _read(wish, known, before)
    standing = queries.standing(session, wish.code)
    _check_running(session, programme, before, standing)
    moved = {old: (new, standing[old]) for old, new in programme.renamed.items() if old in standing}
    return Effect(programme, before, moved)


def save(session: orm.Session, wish: Wish, *, actor: User, now: datetime) -> Effect:
    """Store the definition as the next version and move the cases of states that it renames.

    Raises `Unusable` with line and key, `Conflict` when it was made from another version.
    """
    if actor.role is not Role.ADMINISTRATOR:
        raise NotAllowed(_("Only an administrator may change programmes."))
    done = effect(session, wish)
    row = Definition(
        id=uuid4(),
        programme=wish.code,
        version=done.programme.version,
        text=_numbered(wish.text, done.programme.version),
        note=wish.note,
        saved_at=now,
        actor_id=actor.id,
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(_("Somebody changed this meanwhile. Please look again.")) from error
    for old, (new, _count) in done.moved.items():
        _move(session, done.programme, old, done.programme.states[new], actor=actor, now=now)
    audit.record(
        session,
        actor=actor,
        action="definition.saved",
        subject=row,
        now=now,
        programme=row.programme,
        version=row.version,
        moved=sum(count for _new, count in done.moved.values()),
    )
    return done


def restore(session: orm.Session, code: str, version: int, *, actor: User, now: datetime) -> Effect:
    """Store an earlier version again, as the newest one."""
    known = catalogue.composed(queries.stored(session))
    before = known.programmes.get(code)
    text = text_of(session, known, code, version)
    if before is None or text is None:
        raise NotFound(_("There is no such version."))
    note = _("Version %(n)s restored", n=version)
    return save(session, Wish(code, text, before.version, note), actor=actor, now=now)


def text_of(session: orm.Session, known: Catalogue, code: str, version: int) -> str | None:
    """What one version was read from; our own file's for the version it has."""
    row = session.scalar(
        sa.select(Definition.text).where(
            Definition.programme == code, Definition.version == version
        )
    )
    ours = catalogue.built_in()
    if row is None and code in ours.programmes and ours.programmes[code].version == version:
        return ours.texts[code]
    return row


def _read(wish: Wish, known: Catalogue, before: Programme | None) -> Programme:
    if len(wish.text) > LONGEST:
        raise Unusable(_("This is longer than a definition can be."))
    version = (before.version if before else 0) + 1
    try:
        found = catalogue.read_text(
            wish.code, _numbered(wish.text, version), catalogue.stop_reasons()
        )
        found = replace(found, version=version)
        every = {**known.programmes, wish.code: found}
        for programme in every.values():
            catalogue.check_references(programme, every, programme.code)
    except BadDefinition as error:
        raise _unusable(wish, error) from error
    return found


def _unusable(wish: Wish, error: BadDefinition) -> Unusable:
    key = error.place.removeprefix(wish.code).removeprefix(".")
    line = catalogue.line_said(error) or line_of(wish.text, key)
    where = _("Line %(line)s", line=line) + (f" ({key})" if key else "")
    return Unusable(f"{where}: {error.said()}", line=line, key=key)


def _numbered(text: str, version: int) -> str:
    """The text saying its own version, whatever it said before."""
    line = f"version = {version}"
    if _VERSION.search(text):
        return _VERSION.sub(line, text, count=1)
    return f"{line}\n{text}"


def _check_running(
    session: orm.Session,
    programme: Programme,
    before: Programme | None,
    standing: Mapping[str, int],
) -> None:
    """Raise `Unusable` when running cases would be left nowhere."""
    if before is None or not standing:
        return
    if programme.scope is not before.scope:
        n = sum(standing.values())
        text = _("%(n)s cases have begun, so it must stay for persons or for homes as it is.", n=n)
        raise Unusable(text, key="scope")
    lost = {code: n for code, n in standing.items() if programme.find(code) is None}
    for code, n in lost.items():
        names = {"state": labels.state(programme.code, code), "code": code, "n": n}
        text = _(
            "%(n)s cases stand in “%(state)s” (%(code)s). Keep it, or say on another state that it"
            ' was this one: was = ["%(code)s"]',
            **names,
        )
        raise Unusable(text, key=f"states.{code}")
    for code, n in queries.chosen_variants(session, programme.code).items():
        if code in before.variants and code not in programme.variants:
            text = _("%(n)s cases have the kind “%(code)s”. It cannot go.", n=n, code=code)
            raise Unusable(text, key=f"variants.{code}")


def _move(
    session: orm.Session, programme: Programme, old: str, new: State, *, actor: User, now: datetime
) -> None:
    """A step for every case of the old state, at the time the state was reached: no clock jumps."""
    chosen = (Case.programme == programme.code, Case.state == old)
    rows = session.execute(
        sa.select(Case.id, Case.steps, Case.evidence, Case.variant, Case.stop_reason, Case.moved_at)
        .where(*chosen)
        .with_for_update()
    ).all()
    steps = [
        {
            "id": uuid4(),
            "case_id": case.id,
            "number": case.steps + 1,
            "from_state": old,
            "to_state": new.code,
            "variant": case.variant,
            "evidence": case.evidence,
            "channel": Channel.DESK,
            "stop_reason": case.stop_reason,
            "happened_at": case.moved_at,
            "recorded_at": now,
            "actor_id": actor.id,
            "note": "",
            "typed": {},
            "ticked": [],
        }
        for case in rows
    ]
    ids: list[UUID] = [case.id for case in rows]
    goes_on = sa.and_(Case.stop_reason.is_(None), sa.false() if new.end else sa.true())
    closed = sa.case((goes_on, None), else_=Case.moved_at)
    for begin in range(0, len(ids), AT_ONCE):
        session.execute(sa.insert(Step), steps[begin : begin + AT_ONCE])
        session.execute(
            sa.update(Case)
            .where(Case.id.in_(ids[begin : begin + AT_ONCE]))
            .values(state=new.code, steps=Case.steps + 1, closed_at=closed)
            .execution_options(synchronize_session=False)
        )
    session.expire_all()
