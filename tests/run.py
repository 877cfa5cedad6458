"""Runs the whole suite on SQLite and then on PostgreSQL; `--soak` adds the long runs."""

from __future__ import annotations

import os
import subprocess
import sys

from tests import machine

#: One more than two processors: a browser and what is killed and started again wait a lot.
WORKERS = "3"
#: pytest's exit status when tests failed (and not when it could not run them).
TESTS_FAILED = 1


def suite(engine: str, url: str | None, arguments: list[str]) -> int:
    """Exit status of one run of everything on one engine."""
    print(f"\n=== the suite on {engine} ===", flush=True)  # noqa: T201
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OUTREACH_")}
    environment.pop("TEST_DATABASE_URL", None)
    if url:
        environment["TEST_DATABASE_URL"] = url
    pytest = [sys.executable, "-m", "pytest", "-q", *arguments]
    beside = ["-n", WORKERS, "--dist", "worksteal"]
    status = subprocess.run([*pytest, *beside], env=environment, check=False).returncode
    if status != TESTS_FAILED:
        return status
    # a browser that shares two cores with everything else can lose a race that nobody would see
    print(f"\n=== what failed on {engine}, once more and alone ===", flush=True)  # noqa: T201
    alone = ["--last-failed", "--last-failed-no-failures", "none"]
    return subprocess.run([*pytest, *alone], env=environment, check=False).returncode


def main(arguments: list[str]) -> int:
    """Install, run both engines, and fail when either fails."""
    machine.install()
    soak = "--soak" in arguments
    arguments = [a for a in arguments if a != "--soak"]
    chosen = "soak" if soak else "not soak"
    first = suite("SQLite", None, [*arguments, "-m", chosen])
    with machine.server() as url:
        second = suite("PostgreSQL", url, [*arguments, "-m", f"{chosen} and not once"])
    return first or second


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
