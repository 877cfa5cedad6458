"""A process that sends: `python -m tests.faults.sender DATABASE PROVIDER`, until it is killed.

Waiting times are those of the product, shrunk alike, so that a test need not wait ten minutes.
"""

from __future__ import annotations

import os
import sys
import time

from outreach.core.db import Database
from outreach.core.settings import Settings
from outreach.messaging import jobs, rules
from outreach.messaging.channels.opening import Channels
from outreach.messaging.channels.twilio import Twilio, TwilioAccount
from outreach.messaging.rules import circuit
from tests.provider import ACCOUNT, SERVICE, TOKEN

FASTER = 60


def main(database: str, provider: str) -> None:
    for name in ("LEASE", "SPARE", "SETTLE_AFTER", "LOOK_AGAIN_AFTER", "NOT_TAKEN_AFTER"):
        setattr(rules, name, getattr(rules, name) / FASTER)
    for name in ("REST", "LONGEST_REST", "PROBE_LEASE"):
        setattr(circuit, name, getattr(circuit, name) / FASTER)
    db = Database(database)
    # nobody calls this address; it tells the test which process handed a message over
    mine = f"http://127.0.0.1:9/{os.getpid()}"
    account = TwilioAccount(
        ACCOUNT, TOKEN, SERVICE, public_url=mine, base_url=provider, read_timeout=1.0, price=1
    )
    channels = Channels.of(Twilio(account))
    zone = Settings().zone
    print("ready", flush=True)  # noqa: T201 - the test waits for it
    while True:
        jobs.deliver(db, channels, zone, threads=4, claim=12)
        jobs.settle(db, channels)
        time.sleep(0.1)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
