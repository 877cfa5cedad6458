"""When one way out fails too often the next takes over, and the first is tried out again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from outreach.core.settings import Settings
from outreach.households.models import Language
from outreach.messaging import jobs
from outreach.messaging.channels.brandname import Brandname, BrandnameAccount
from outreach.messaging.channels.opening import Channels
from outreach.messaging.channels.twilio import Twilio, TwilioAccount
from outreach.messaging.models import ChannelMinute, ChannelState, Circuit, Message, Status
from outreach.notifications import jobs as policy
from outreach.notifications import texts
from outreach.notifications.models import Registration, RegistrationState
from outreach.web import Outreach
from tests.factories import Make
from tests.provider import ACCOUNT, SERVICE, TOKEN, Fault, LocalTwilio
from tests.provider.brandname import BRAND, KEY, SECRET, ZONE, LocalBrandname


@dataclass
class Town:
    """Two ways out: the gateway first, then Twilio."""

    app: Outreach
    make: Make
    gateway: LocalBrandname
    provider: LocalTwilio
    start: datetime
    set_clock: Callable[[datetime], None]

    @property
    def channels(self) -> Channels:
        gateway = BrandnameAccount(self.gateway.url, KEY, SECRET, BRAND, ZONE, read_timeout=30)
        twilio = TwilioAccount(ACCOUNT, TOKEN, SERVICE, base_url=self.provider.url, read_timeout=30)
        return Channels.of(Brandname(gateway), Twilio(twilio))

    def deliver(self) -> int:
        return jobs.deliver(self.app.db, self.channels, ZONE, threads=2, claim=8)

    def at(self, minutes: float) -> None:
        self.set_clock(self.start + timedelta(minutes=minutes))

    def circuit(self, name: str) -> Circuit:
        with self.app.db.transaction(read_only=True) as session:
            row = session.get(ChannelState, name)
            return row.circuit if row else Circuit.CLOSED

    def channels_used(self) -> dict[str | None, int]:
        with self.app.db.transaction(read_only=True) as session:
            rows = session.execute(
                sa.select(Message.channel, sa.func.count())
                .where(Message.status == Status.ACCEPTED)
                .group_by(Message.channel)
            )
            return {row[0]: row[1] for row in rows}


@pytest.fixture
def town(
    app: Outreach, make: Make, now: datetime, set_clock: Callable[[datetime], None]
) -> Iterator[Town]:
    with LocalBrandname() as gateway, LocalTwilio() as provider:
        yield Town(app, make, gateway, provider, now, set_clock)


def many(town: Town, count: int) -> None:
    area = town.make.live_area()
    for _ in range(count):
        town.make.message(area=area, expires_at=town.start + timedelta(hours=6))


def test_while_all_is_well_the_first_channel_takes_everything(town: Town) -> None:
    many(town, 20)
    town.deliver()
    assert town.channels_used() == {"brandname": 20}
    assert town.provider.asked == 0


def test_a_broken_channel_rests_and_the_next_takes_over(town: Town) -> None:
    many(town, 40)
    town.gateway.faults.extend([Fault.ERROR] * 1000)
    town.deliver()
    assert town.circuit("brandname") is Circuit.OPEN
    used = town.channels_used()
    uncertain = town.gateway.asked
    assert used == {"twilio": 40 - uncertain}, "what may have arrived is not handed to another"
    assert uncertain <= 16


def test_an_unreachable_channel_costs_no_message_its_certainty(town: Town) -> None:
    many(town, 40)
    town.gateway.__exit__(None, None, None)  # nobody listens there any more
    for minutes in range(15):
        town.at(minutes)
        town.deliver()
    assert town.circuit("brandname") is not Circuit.CLOSED
    assert town.channels_used() == {"twilio": 40}


def test_a_rested_channel_is_tried_out_with_a_few_and_used_again(town: Town) -> None:
    many(town, 20)
    town.gateway.faults.extend([Fault.ERROR] * 1000)
    town.deliver()
    before = town.gateway.asked
    many(town, 20)
    town.at(2)
    town.deliver()
    assert 0 < town.gateway.asked - before <= 3, "only a few try it out"
    assert town.circuit("brandname") is Circuit.OPEN
    with town.app.db.transaction(read_only=True) as session:
        assert session.get_one(ChannelState, "brandname").opened == 2, "and it rests longer"
    town.gateway.faults.clear()
    many(town, 20)
    town.at(5)
    town.deliver()
    assert town.circuit("brandname") is Circuit.CLOSED
    assert town.channels_used()["brandname"] == 20


def test_being_asked_to_slow_down_is_no_reason_to_pay_the_other_channel(town: Town) -> None:
    many(town, 20)
    town.gateway.faults.extend([Fault.TOO_MANY] * 1000)
    town.deliver()
    assert town.circuit("brandname") is Circuit.CLOSED
    assert town.channels_used() == {}
    town.gateway.faults.clear()
    town.at(2)
    town.deliver()
    assert town.channels_used() == {"brandname": 20}


def test_answers_are_counted_by_the_minute_for_all_senders_together(town: Town) -> None:
    many(town, 10)
    town.deliver()
    many(town, 5)
    town.deliver()
    with town.app.db.transaction(read_only=True) as session:
        (row,) = session.scalars(sa.select(ChannelMinute))
        assert (row.good, row.bad, row.slowed) == (15, 0, 0)


def test_a_template_that_is_not_registered_for_a_channel_goes_by_the_other(town: Town) -> None:
    area = town.make.live_area()
    town.make.message(area=area, template="new")
    town.make.message(area=area, template="old")
    barred = {"brandname": frozenset({"new"})}
    jobs.deliver(
        town.app.db,
        town.channels,
        ZONE,
        barred=lambda _session, channel: barred.get(channel, frozenset()),
    )
    assert town.channels_used() == {"brandname": 1, "twilio": 1}


def test_a_way_out_that_steps_in_carries_only_wordings_that_it_has_registered(
    town: Town, settings: Settings
) -> None:
    area = town.make.live_area()
    known, unknown = texts.VISIT_REMINDER.name, "stopped"
    for template in (known, unknown):
        town.make.message(area=area, template=template, send_after=town.start)
    text = texts.shipped(known, Language.VI)
    town.make.saved(
        Registration(
            digest=texts.digest(text, Language.VI),
            template=known,
            language=Language.VI,
            channel="twilio",
            state=RegistrationState.REGISTERED,
            reference="",
            note="",
            changed_at=town.start,
        )
    )
    town.gateway.__exit__(None, None, None)
    through = replace(settings, sms_channel="brandname", sms_fallback_channel="twilio")
    for minutes in range(15):
        town.at(minutes)
        policy.send(town.app.db, town.channels, through)
    with town.app.db.transaction(read_only=True) as session:
        found = dict(session.execute(sa.select(Message.template, Message.status)).all())
    assert found == {known: Status.ACCEPTED, unknown: Status.QUEUED}
    assert town.channels_used() == {"twilio": 1}
