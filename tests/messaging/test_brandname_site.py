"""A site that sends through a brandname gateway, whose news come back by GET."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import sqlalchemy as sa

from outreach.core.settings import Settings
from outreach.messaging import jobs
from outreach.messaging.channels.brandname import Brandname, BrandnameAccount
from outreach.messaging.channels.opening import Channels, open_channels
from outreach.messaging.models import Receipt, Status
from outreach.web import Outreach, create_app
from tests.factories import Make
from tests.provider import Fault
from tests.provider.brandname import BRAND, KEY, SECRET, ZONE, LocalBrandname

PUBLIC = "https://ward.example"


@pytest.fixture
def gateway() -> Iterator[LocalBrandname]:
    """Every request it gets is judged by what the gateways document."""
    with LocalBrandname() as gateway:
        yield gateway
    assert gateway.violations == []


@dataclass
class Desk:
    """A site that sends through the gateway, whose news come back to it by GET."""

    app: Outreach
    gateway: LocalBrandname
    make: Make

    def deliver(self) -> int:
        return jobs.deliver(self.app.db, self.channels, self.app.settings.zone)

    @property
    def channels(self) -> Channels:
        return open_channels(replace(self.app.settings, sms_brandname_timeout=30), self.app.db)


@pytest.fixture
def desk(settings: Settings, gateway: LocalBrandname, make: Make) -> Iterator[Desk]:
    app = create_app(
        replace(
            settings,
            sms_channel="brandname",
            public_url=PUBLIC,
            sms_brandname_url=gateway.url,
            sms_brandname_key=KEY,
            sms_brandname_secret=SECRET,
            sms_brandname_sender=BRAND,
        )
    )
    client = app.test_client()

    def deliver(url: str) -> int:
        asked = urlsplit(url)
        assert f"{asked.scheme}://{asked.netloc}" == PUBLIC
        return client.get(f"{asked.path}?{asked.query}").status_code

    gateway.deliver = deliver
    yield Desk(app, gateway, make)
    app.db.dispose()


def test_a_message_goes_all_the_way_by_get(desk: Desk) -> None:
    message = desk.make.message()
    assert desk.deliver() == 1
    (ref,) = desk.gateway.stored
    assert desk.gateway.call_back(ref) == 204
    assert desk.make.statuses(message)[-1] is Status.ACCEPTED, "waiting is not arriving"
    assert desk.gateway.finish(ref, delivered=True) == 204
    assert desk.gateway.finish(ref, delivered=True) == 204
    assert desk.gateway.call_back(ref, SendStatus=2, SendSuccess=0) == 204
    assert desk.make.statuses(message)[-2:] == [Status.ACCEPTED, Status.DELIVERED]
    assert message.charge == 850


def test_news_before_the_answer_is_kept(desk: Desk) -> None:
    desk.gateway.faults.append(Fault.CALLBACK_FIRST)
    message = desk.make.message()
    desk.deliver()
    assert desk.make.statuses(message)[-2:] == [Status.ACCEPTED, Status.DELIVERED]


def test_news_may_also_be_posted(desk: Desk) -> None:
    message = desk.make.message()
    desk.deliver()
    (row,) = desk.gateway.stored.values()
    path = urlsplit(row.callback).path
    news = {"SMSID": row.ref, "SendStatus": "5", "SendSuccess": "1", "SendFailed": "0"}
    assert desk.app.test_client().post(path, data=news).status_code == 204
    assert desk.make.statuses(message)[-1] is Status.DELIVERED


def test_news_at_an_address_that_we_did_not_make_is_refused(desk: Desk) -> None:
    message = desk.make.message()
    desk.deliver()
    (ref,) = desk.gateway.stored
    other = Brandname(BrandnameAccount("", "", "guessed", "", ZONE)).seal(message.id)
    client = desk.app.test_client()
    news = f"SMSID={ref}&SendStatus=5&SendSuccess=1"
    real = urlsplit(desk.gateway.stored[ref].callback).path
    mine = real.rsplit("/", 1)[1]
    for path in (
        f"/callbacks/brandname/{message.id}/{other}",
        f"/callbacks/brandname/{uuid4()}/{mine}",
        real[:-1] + ("0" if real[-1] != "0" else "1"),
    ):
        assert client.get(f"{path}?{news}").status_code == 403, path
    assert desk.make.statuses(message)[-1] is Status.ACCEPTED


def test_nonsense_at_the_right_address_changes_nothing(desk: Desk) -> None:
    message = desk.make.message()
    desk.deliver()
    (row,) = desk.gateway.stored.values()
    client = desk.app.test_client()
    path = urlsplit(row.callback).path
    for news in (
        "",
        "SMSID=&SendStatus=5",
        "SMSID=a/b&SendStatus=5",
        f"SMSID={row.ref}&SendStatus=9",
    ):
        assert client.get(f"{path}?{news}").status_code == 204
    assert desk.make.statuses(message)[-1] is Status.ACCEPTED
    with desk.app.db.transaction(read_only=True) as session:
        assert session.scalar(sa.select(sa.func.count(Receipt.id))) == 0


def test_a_lost_answer_is_settled_from_the_list(
    desk: Desk, now: datetime, set_clock: Callable[[datetime], None]
) -> None:
    desk.gateway.faults.append(Fault.DROP_AFTER_TAKING)
    message = desk.make.message()
    desk.deliver()
    assert desk.make.statuses(message)[-1] is Status.UNCERTAIN
    (row,) = desk.gateway.stored.values()
    row.at = now
    set_clock(now + timedelta(minutes=2))
    jobs.settle(desk.app.db, desk.channels)
    desk.deliver()
    assert desk.make.statuses(message)[-1] is Status.ACCEPTED
    assert len(desk.gateway.stored) == 1


def test_a_gateway_that_forgets_to_list_what_it_took_is_still_not_sent_twice(
    desk: Desk, now: datetime, set_clock: Callable[[datetime], None]
) -> None:
    """The list lies, the request's name does not: the second time it says that it has it."""
    desk.gateway.faults.append(Fault.DROP_AFTER_TAKING)
    message = desk.make.message(expires_at=now + timedelta(days=3))
    desk.deliver()
    (row,) = desk.gateway.stored.values()
    row.at = now - timedelta(days=30)
    for hours in (0.3, 0.6, 2, 12, 25):
        set_clock(now + timedelta(hours=hours))
        jobs.settle(desk.app.db, desk.channels)
        desk.deliver()
    assert len(desk.gateway.stored) == 1
    assert desk.make.statuses(message)[-1] is Status.FAILED
    assert message.reason == "outcome_unknown"


def test_a_refusal_frees_the_requests_name(
    desk: Desk, now: datetime, set_clock: Callable[[datetime], None]
) -> None:
    message = desk.make.message()
    desk.gateway.brands.clear()
    desk.deliver()
    assert desk.make.statuses(message)[-1] is Status.QUEUED
    assert (message.reason, message.charge) == ("sender_not_registered", 0)
    desk.gateway.brands.add(BRAND)
    set_clock(now + timedelta(minutes=16))
    desk.deliver()
    assert desk.make.statuses(message)[-1] is Status.ACCEPTED
    (row,) = desk.gateway.stored.values()
    assert row.request == f"{message.id.hex}-1"


def test_one_communes_missing_registration_holds_nobody_else_up(desk: Desk) -> None:
    strange = desk.make.live_area(sender="NOT YET")
    waiting = [desk.make.message(area=strange) for _ in range(12)]
    others = [desk.make.message() for _ in range(12)]
    desk.deliver()
    assert {desk.make.statuses(m)[-1] for m in waiting} == {Status.QUEUED}
    assert {desk.make.statuses(m)[-1] for m in others} == {Status.ACCEPTED}


def test_messages_of_a_provider_that_is_no_longer_chosen_are_still_settled(
    desk: Desk, now: datetime, set_clock: Callable[[datetime], None]
) -> None:
    message = desk.make.message()
    desk.deliver()
    (ref,) = desk.gateway.stored
    desk.gateway.stored[ref].status, desk.gateway.stored[ref].delivered = 5, True
    changed = open_channels(replace(desk.app.settings, sms_channel="sandbox"), desk.app.db)
    assert [way.name for way in changed.ways] == ["sandbox"]
    set_clock(now + timedelta(minutes=3))
    assert jobs.ask_for_news(desk.app.db, changed) == 1
    assert desk.make.statuses(message)[-1] is Status.DELIVERED
