"""`python -m tests.provider SECONDS`: a provider in a process of its own, until its input ends.

Prints its address. Nothing is judged here: this is the peer of benchmarks.
"""

from __future__ import annotations

import sys

from tests.provider import LocalTwilio

with LocalTwilio() as provider:
    provider.latency = float(sys.argv[1])
    print(provider.url, flush=True)  # noqa: T201 - whoever started it reads this
    sys.stdin.read()
