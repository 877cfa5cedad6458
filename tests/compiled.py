"""What every site compiles when it starts, compiled once for all the sites of a test process.

A test has a site of its own; its templates and the builders of its 300 addresses were half the
processor time of a test that asks for a page.
"""

from collections.abc import Callable
from types import CodeType

from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


class Templates(BytecodeCache):
    """Jinja's own cache, kept in memory: a template is known by its name and what it says."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


def addresses_once() -> None:
    """Werkzeug's builder of an address depends on its parts and is given the rule when called."""
    compiled = Rule._compile_builder
    builders: dict[object, Builder] = {}

    def builder(rule: Rule, append_unknown: bool = True) -> Builder:  # noqa: FBT002
        said = (tuple(rule._trace), repr(rule.defaults), append_unknown)
        if said not in builders:
            builders[said] = compiled(rule, append_unknown)
        return builders[said]

    Rule._compile_builder = builder  # type: ignore[assignment, method-assign]
