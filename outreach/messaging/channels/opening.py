"""The one place that opens channels: each library is loaded only where its account is set up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from outreach.core.db import Database
from outreach.core.settings import Settings
from outreach.messaging.channels import Channel


@dataclass(frozen=True, slots=True)
class Channels:
    """`ways` out, the preferred one first; `known` also has those that are only still asked."""

    ways: tuple[Channel, ...]
    known: dict[str, Channel] = field(default_factory=dict)

    @classmethod
    def of(cls, *ways: Channel) -> Channels:
        """These and no others."""
        return cls(ways, {way.name: way for way in ways})


def open_channels(settings: Settings, db: Database) -> Channels:
    """What the settings choose, and every other provider whose account they still have.

    A message handed to a provider before the settings changed is still settled there.
    """
    chosen = [name for name in (settings.sms_channel, settings.sms_fallback_channel) if name]
    others = [name for name in set_up(settings) if name not in chosen]
    known = {name: OPENERS[name](settings, db) for name in (*chosen, *others)}
    return Channels(tuple(known[name] for name in chosen), known)


def set_up(settings: Settings) -> list[str]:
    """Providers whose account the settings hold."""
    found = {
        "twilio": settings.twilio_account_sid and settings.twilio_auth_token,
        "brandname": settings.sms_brandname_key and settings.sms_brandname_secret,
    }
    return [name for name, account in found.items() if account]


def _sandbox(_settings: Settings, db: Database) -> Channel:
    from outreach.messaging.channels.sandbox import Sandbox

    return Sandbox(db)


def _twilio(settings: Settings, _db: Database) -> Channel:
    from outreach.messaging.channels.twilio import Twilio, TwilioAccount

    return Twilio(
        TwilioAccount(
            account_sid=settings.twilio_account_sid,
            auth_token=settings.twilio_auth_token,
            messaging_service_sid=settings.twilio_messaging_service_sid,
            sender=settings.twilio_sender,
            public_url=settings.public_url,
            base_url=settings.twilio_base_url,
            read_timeout=settings.twilio_timeout,
            price=settings.sms_twilio_price,
        )
    )


def _brandname(settings: Settings, _db: Database) -> Channel:
    from outreach.messaging.channels.brandname import Brandname, BrandnameAccount

    return Brandname(
        BrandnameAccount(
            url=settings.sms_brandname_url,
            key=settings.sms_brandname_key,
            secret=settings.sms_brandname_secret,
            sender=settings.sms_brandname_sender,
            public_url=settings.public_url,
            zone=settings.zone,
            read_timeout=settings.sms_brandname_timeout,
            price=settings.sms_brandname_price,
        )
    )


OPENERS: dict[str, Callable[[Settings, Database], Channel]] = {
    "sandbox": _sandbox,
    "twilio": _twilio,
    "brandname": _brandname,
}
