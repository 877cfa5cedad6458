"""`python -m benchmarks [GROUP ...]`: runs every group, or those named; fails when a bar does."""

import importlib
import sys
from collections.abc import Callable, Iterator

#: In the order in which they run. The other modules are what these start or share.
GROUPS = ("main", "phone", "sms", "assistance", "planner", "planner_turf", "nights")


def groups(named: list[str]) -> Iterator[tuple[str, Callable[[], bool]]]:
    """The groups named, or all of them, each with what runs it."""
    if unknown := set(named) - set(GROUPS):
        sys.exit(f"No benchmark named {', '.join(sorted(unknown))}; there are {', '.join(GROUPS)}.")
    for name in named or GROUPS:
        yield name, importlib.import_module(f"benchmarks.{name}").main


def run(named: list[str]) -> int:
    failed = [name for name, main in groups(named) if main() is False]
    if failed:
        print(f"\nBars not reached in: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(run([name for name in sys.argv[1:] if not name.startswith("-")]))
