"""Sending: messages a second with all the bookkeeping, beside a bare loop over Twilio's library.

The same library, the same number of threads, the same local provider (a process of its own) answer
both; they take turns, and the median of their rounds counts. Then what a tick costs, and planning.
"""

import logging
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

from benchmarks import scratch, sms_planning, sms_tick
from benchmarks.report import Row, write
from outreach.core import clock
from outreach.core.db import Database
from outreach.core.settings import Settings
from outreach.messaging import jobs, services
from outreach.messaging.channels import Outgoing
from outreach.messaging.channels.opening import Channels
from outreach.messaging.channels.twilio import Twilio, TwilioAccount
from outreach.messaging.wishes import Wish
from tests.provider import ACCOUNT, SERVICE, TOKEN

ROOT = Path(__file__).parents[1]
BODY = "To CNSCD: To cong nghe so den nha Chu nhat 22/11, 08:00-10:00. Nguoi den: Dao, ma 4821."
THREADS = 8
ROUNDS = 3


def main() -> bool:
    logging.disable(logging.WARNING)
    return write("sms", rows())


def rows() -> Iterator[Row]:
    for latency, count in ((0.0, 2000), (0.05, 800), (0.2, 400)):
        ours, bare = sending(latency, count)
        what = f"sending, {latency * 1000:g} ms latency, {THREADS} threads, v. bare loop"
        yield Row(what, "messages/s", ours, bare, 0.8)
    yield from sms_tick.rows()
    yield from sms_planning.rows()


def sending(latency: float, count: int) -> tuple[float, float]:
    with _provider(latency) as url, scratch.database() as (db, make):
        channel = Twilio(TwilioAccount(ACCOUNT, TOKEN, SERVICE, base_url=url))
        ways = Channels.of(channel)
        area_id, zone = make.live_area().id, Settings().zone
        ours, bare = list[float](), list[float]()
        for _ in range(ROUNDS):
            _want(db, count, area_id)
            ours.append(_rate(count, lambda: jobs.deliver(db, ways, zone)))
            bare.append(_rate(count, lambda: _bare(channel, count)))
        return statistics.median(ours), statistics.median(bare)


def _bare(channel: Twilio, count: int) -> None:
    """No database, no lease, no history: the library and threads."""
    texts = [Outgoing(uuid4(), f"+8491{n:07}", BODY, key="") for n in range(count)]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(channel.send, texts))


def _rate(count: int, run: object) -> float:
    began = time.perf_counter()
    run()  # type: ignore[operator]
    return count / (time.perf_counter() - began)


def _want(db: Database, count: int, area_id: UUID) -> None:
    now = clock.now()
    wishes = [
        Wish(
            key=f"bench:{uuid4()}",
            purpose="visit_reminder",
            phone=f"+84{uuid4().int % 10**9:09}",
            body=BODY,
            template="visit_reminder",
            area_id=area_id,
            day=now.date(),
            send_after=now,
            expires_at=now + timedelta(hours=3),
        )
        for _ in range(count)
    ]
    with db.transaction() as session:
        for wish in wishes:
            services.want(session, wish, now=now)


@contextmanager
def _provider(latency: float) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.provider", str(latency)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield process.stdout.readline().strip()
        process.stdin.close()


if __name__ == "__main__":
    sys.exit(not main())
