"""A site that sends through a local Twilio, whose callbacks come back to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

import pytest

from outreach.core.settings import Settings
from outreach.web import Outreach, create_app
from tests.factories import Make
from tests.messaging.line import Line
from tests.provider import ACCOUNT, SERVICE, TOKEN, Contract, LocalTwilio

PUBLIC = "https://ward.example"


@pytest.fixture
def provider() -> Iterator[LocalTwilio]:
    """Every request it gets and every answer it gives is judged by Twilio's contract."""
    with LocalTwilio(Contract.published(), deliver=lambda *_: 0) as provider:
        yield provider
    assert provider.violations == []


@pytest.fixture
def site(settings: Settings, provider: LocalTwilio) -> Iterator[Outreach]:
    """The application set to Twilio; the provider's callbacks reach it."""
    app = create_app(
        replace(
            settings,
            sms_channel="twilio",
            public_url=PUBLIC,
            twilio_account_sid=ACCOUNT,
            twilio_auth_token=TOKEN,
            twilio_messaging_service_sid=SERVICE,
            twilio_base_url=provider.url,
        )
    )
    client = app.test_client()

    def deliver(url: str, form: dict[str, str], headers: dict[str, str]) -> int:
        asked = urlsplit(url)
        assert f"{asked.scheme}://{asked.netloc}" == PUBLIC
        answer = client.post(f"{asked.path}?{asked.query}", data=form, headers=headers)
        return answer.status_code

    provider.deliver = deliver
    yield app
    app.db.dispose()


@pytest.fixture
def line(
    site: Outreach,
    provider: LocalTwilio,
    make: Make,
    now: datetime,
    set_clock: Callable[[datetime], None],
) -> Line:
    return Line(site, provider, make, now, set_clock)
