"""The brandname gateway behind the port: what it takes, refuses, lists, and tells by GET."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from outreach.core import clock
from outreach.core.settings import Settings
from outreach.messaging.channels import Busy, Kind, Outgoing, Refused, Uncertain, brandname_errors
from outreach.messaging.channels.brandname import Brandname, BrandnameAccount
from outreach.messaging.models import Progress
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


def test_settings_name_what_a_channel_still_needs(settings: Settings) -> None:
    with pytest.raises(ValueError, match="SMS_BRANDNAME_KEY"):
        replace(settings, sms_channel="brandname").check()
    with pytest.raises(ValueError, match="SMS_FALLBACK_CHANNEL"):
        replace(settings, sms_fallback_channel="sandbox").check()
