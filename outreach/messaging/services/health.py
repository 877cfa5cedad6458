"""How each channel fares, counted by all senders together, and which one to use now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.messaging.channels import Accepted, Busy, Kind, Refused, Uncertain
from outreach.messaging.models import ChannelMinute, ChannelState, Circuit
from outreach.messaging.rules import circuit as rules
from outreach.messaging.rules.circuit import Count, News, Pick, Standing
from outreach.messaging.services.spending import inserting

#: Counts are kept this long, for the page that shows them.
KEEP = timedelta(days=8)
#: What an unknown outcome says of the channel, where it says nothing bad.
BLAMELESS = {"duplicate_request"}


def choose(session: orm.Session, names: Sequence[str], *, now: datetime) -> Pick | None:
    """The channel to use, of these in order of preference; None: wait.

    A channel whose rest is over is tried out by one sender at a time.
    """
    rows = _rows(session, names)
    found = rules.pick([_standing(name, rows.get(name)) for name in names], now)
    if found is None or found.limit is None:
        return found
    row = session.scalars(
        sa.select(ChannelState)
        .where(ChannelState.name == found.name)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if row.not_before is not None and row.not_before > now:
        return rules.pick([_standing(name, rows.get(name)) for name in names], now)
    if row.circuit is not Circuit.CLOSED:
        row.circuit, row.since, row.not_before = Circuit.HALF_OPEN, now, now + rules.PROBE_LEASE
    return found


def note_answers(
    session: orm.Session,
    channel: str,
    outcomes: Iterable[Accepted | Refused | Busy | Uncertain],
    *,
    now: datetime,
) -> None:
    """Count these answers; rest a channel that fails too often, and use one again that works."""
    answers = list(outcomes)
    fresh = counted(answers)
    if fresh == Count():
        return
    _count(session, channel, fresh, now=now)
    row = session.get(ChannelState, channel)
    if fresh.bad or fresh.slowed or (row is not None and row.circuit is not Circuit.CLOSED):
        _turn(session, channel, answers, fresh, now=now)


def counted(answers: Iterable[Accepted | Refused | Busy | Uncertain]) -> Count:
    """How many of these say that the channel works, fails, or wants us slower."""
    found = [news for news in map(_news, answers) if news is not None]
    return Count(found.count(News.GOOD), found.count(News.BAD), found.count(News.SLOWED))


def _news(answer: Accepted | Refused | Busy | Uncertain) -> News | None:
    if isinstance(answer, Busy):
        return rules.news_of_busy(answer.code)
    if isinstance(answer, Uncertain):
        return None if str(answer) in BLAMELESS else News.BAD
    if isinstance(answer, Refused) and answer.kind is Kind.CONFIGURATION:
        return News.BAD
    return News.GOOD


def _count(session: orm.Session, channel: str, fresh: Count, *, now: datetime) -> None:
    minute = now.replace(second=0, microsecond=0)
    add = inserting(session, ChannelMinute)
    told = {"good": fresh.good, "bad": fresh.bad, "slowed": fresh.slowed}
    table = ChannelMinute.__table__.c
    session.connection().execute(
        add.on_conflict_do_update(
            index_elements=["channel", "minute"],
            set_={name: table[name] + add.excluded[name] for name in told},
        ),
        {"channel": channel, "minute": minute, **told},
    )


def _turn(
    session: orm.Session,
    channel: str,
    answers: list[Accepted | Refused | Busy | Uncertain],
    fresh: Count,
    *,
    now: datetime,
) -> None:
    row = _locked(session, channel, now=now)
    row.reason = _trouble(answers) or row.reason
    to = rules.turned(row.circuit, fresh, _window(session, row, now=now))
    if to is Circuit.OPEN and row.circuit is not Circuit.OPEN:
        row.opened += 1
        row.circuit, row.since, row.not_before = to, now, now + rules.rest(row.opened)
        session.execute(sa.delete(ChannelMinute).where(ChannelMinute.minute < now - KEEP))
    elif to is not row.circuit:
        row.circuit, row.since, row.opened, row.not_before = to, now, 0, None
    pauses = [a.retry_after for a in answers if isinstance(a, Busy) and a.retry_after]
    if pauses and to is Circuit.CLOSED:
        row.not_before = max(now + max(pauses), row.not_before or now)


def _locked(session: orm.Session, channel: str, *, now: datetime) -> ChannelState:
    """The channel's row, made if need be, and nobody else's meanwhile."""
    session.connection().execute(
        inserting(session, ChannelState).on_conflict_do_nothing(),
        {"name": channel, "circuit": Circuit.CLOSED, "since": now, "opened": 0},
    )
    return session.scalars(
        sa.select(ChannelState)
        .where(ChannelState.name == channel)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _window(session: orm.Session, row: ChannelState, *, now: datetime) -> Count:
    """What was counted in the newest minutes, and since the circuit last turned."""
    since = max(now - rules.WINDOW, row.since if row.opened == 0 else now - rules.WINDOW)
    good, bad = session.execute(
        sa.select(sa.func.sum(ChannelMinute.good), sa.func.sum(ChannelMinute.bad)).where(
            ChannelMinute.channel == row.name,
            ChannelMinute.minute >= since.replace(second=0, microsecond=0),
        )
    ).one()
    return Count(int(good or 0), int(bad or 0))


def _trouble(answers: list[Accepted | Refused | Busy | Uncertain]) -> str | None:
    """The newest reason for not being satisfied with the channel."""
    bad = [a for a in answers if _news(a) in {News.BAD, News.SLOWED}]
    if not bad:
        return None
    last = bad[-1]
    told = last.reason if isinstance(last, Refused) else str(last)
    return told[:60]


def _rows(session: orm.Session, names: Sequence[str]) -> dict[str, ChannelState]:
    found = session.scalars(sa.select(ChannelState).where(ChannelState.name.in_(names)))
    return {row.name: row for row in found}


def _standing(name: str, row: ChannelState | None) -> Standing:
    if row is None:
        return Standing(name)
    return Standing(name, row.circuit, row.opened, row.not_before)
