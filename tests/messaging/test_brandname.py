"""The brandname gateway behind the port: what it takes, refuses, lists, and tells by GET."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import sqlalchemy as sa

from outreach.core import clock
from outreach.core.settings import Settings
from outreach.messaging import jobs
from outreach.messaging.channels import Busy, Kind, Outgoing, Refused, Uncertain, brandname_errors
from outreach.messaging.channels.brandname import Brandname, BrandnameAccount
from outreach.messaging.channels.opening import Channels, open_channels
from outreach.messaging.models import Progress, Receipt, Status
from outreach.web import Outreach, create_app
from tests.factories import Make
from tests.provider import Fault
from tests.provider.brandname import BRAND, KEY, SECRET, ZONE, LocalBrandname

PUBLIC = "https://ward.example"
LONG_AGO = timedelta(minutes=10)


@pytest.fixture
def gateway() -> Iterator[LocalBrandname]:
    """Every request it gets is judged by what the gateways document."""
    with LocalBrandname() as gateway:
        yield gateway
    assert gateway.violations == []


@pytest.fixture
def channel(gateway: LocalBrandname) -> Brandname:
    return Brandname(
        BrandnameAccount(
            gateway.url, KEY, SECRET, BRAND, ZONE, public_url=PUBLIC, read_timeout=30, price=850
        )
    )


def text(
    body: str = "To CNSCD: hen 8h thu Bay.", to: str = "+84901234567", sender: str = ""
) -> Outgoing:
    return Outgoing(uuid4(), to, body, key="k", request=uuid4().hex, sender=sender)


def test_a_message_is_taken_and_found_in_the_list(
    gateway: LocalBrandname, channel: Brandname
) -> None:
    taken = channel.send(text())
    channel.send(text(to="+84901234568"))
    (found,) = channel.find("+84901234567", clock.now() - LONG_AGO)
    assert (found.ref, found.body, found.progress) == (
        taken.ref,
        "To CNSCD: hen 8h thu Bay.",
        Progress.ACCEPTED,
    )
    assert gateway.stored[taken.ref].phone == "0901234567"
    assert gateway.stored[taken.ref].brand == BRAND


def test_a_communes_own_sender_is_used_and_accents_are_declared(
    gateway: LocalBrandname, channel: Brandname
) -> None:
    gateway.brands.add("UBND DI AN")
    taken = channel.send(text("Mời bà Tư đến nhà văn hoá", sender="UBND DI AN"))
    assert gateway.stored[taken.ref].brand == "UBND DI AN"


@pytest.mark.parametrize("code", sorted(set(brandname_errors.REFUSED) - {101, 102, 104, 201}))
def test_each_refusal_says_what_must_be_done(
    gateway: LocalBrandname, channel: Brandname, code: int
) -> None:
    gateway.refusals["0901234567"] = code
    with pytest.raises(Refused) as refused:
        channel.send(text())
    kind, reason = brandname_errors.REFUSED[code]
    assert (refused.value.kind, refused.value.reason) == (kind, reason)


def test_a_wrong_secret_blames_the_settings_and_a_wrong_sender_itself(
    gateway: LocalBrandname, channel: Brandname
) -> None:
    account = BrandnameAccount(gateway.url, KEY, "another", BRAND, ZONE)
    with pytest.raises(Refused) as settings:
        Brandname(account).send(text())
    with pytest.raises(Refused) as sender:
        channel.send(text(sender="NOBODY"))
    assert (settings.value.kind, sender.value.kind) == (Kind.CONFIGURATION, Kind.SENDER)


def test_a_number_abroad_is_not_even_asked_for(gateway: LocalBrandname, channel: Brandname) -> None:
    with pytest.raises(Refused) as refused:
        channel.send(text(to="+4915112345678"))
    assert (refused.value.kind, gateway.asked) == (Kind.NUMBER, 0)


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        (Fault.TOO_MANY, Busy),
        (Fault.UNAVAILABLE, Busy),
        (Fault.ERROR, Uncertain),
        (Fault.DROP, Uncertain),
        (Fault.ERROR_AFTER_TAKING, Uncertain),
        (Fault.DROP_AFTER_TAKING, Uncertain),
        (Fault.GARBLED, Uncertain),
    ],
)
def test_what_surely_was_not_taken_is_told_apart_from_what_nobody_knows(
    gateway: LocalBrandname, channel: Brandname, fault: Fault, failure: type[Exception]
) -> None:
    gateway.faults.append(fault)
    with pytest.raises(failure):
        channel.send(text())


def test_the_same_request_again_is_not_taken_twice(
    gateway: LocalBrandname, channel: Brandname
) -> None:
    message = text()
    channel.send(message)
    with pytest.raises(Uncertain, match="duplicate_request"):
        channel.send(message)
    assert len(gateway.stored) == 1


def test_the_list_is_read_page_by_page(gateway: LocalBrandname, channel: Brandname) -> None:
    refs = {channel.send(text()).ref for _ in range(3)}
    (row,) = list(gateway.stored.values())[:1]
    for n in range(600):
        gateway.stored[f"other{n}"] = replace(row, ref=f"other{n}", phone="0900000000")
    found = channel.find("+84901234567", clock.now() - LONG_AGO)
    assert {entry.ref for entry in found} == refs


def test_the_status_says_how_far_a_message_came_and_what_it_cost(
    gateway: LocalBrandname, channel: Brandname
) -> None:
    ref = channel.send(text()).ref
    gateway.finish(ref, delivered=False)
    told = channel.status(ref)
    assert told is not None
    assert (told.progress, told.price, told.currency) == (Progress.UNDELIVERED, Decimal(850), "VND")
    assert channel.status("nobody") is None


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


def test_settings_name_what_a_channel_still_needs(settings: Settings) -> None:
    with pytest.raises(ValueError, match="SMS_BRANDNAME_KEY"):
        replace(settings, sms_channel="brandname").check()
    with pytest.raises(ValueError, match="SMS_FALLBACK_CHANNEL"):
        replace(settings, sms_fallback_channel="sandbox").check()
