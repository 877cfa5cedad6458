"""`python -m benchmarks [GROUP ...]`: runs every group, or those named; fails when a bar does."""

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator

import benchmarks


def groups(named: list[str]) -> Iterator[tuple[str, Callable[[], object]]]:
    """The modules here that have a `main()`, in alphabetical order."""
    found = sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__))
    if unknown := set(named) - set(found):
        sys.exit(f"No benchmark named {', '.join(sorted(unknown))}; there are {', '.join(found)}.")
    for name in named or found:
        if name != "__main__":
            main = getattr(importlib.import_module(f"benchmarks.{name}"), "main", None)
            if main is not None:
                yield name, main


def run(named: list[str]) -> int:
    failed = [name for name, main in groups(named) if main() is False]
    if failed:
        print(f"\nBars not reached in: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(run([name for name in sys.argv[1:] if not name.startswith("-")]))
