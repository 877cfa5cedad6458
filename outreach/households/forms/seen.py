"""What a page showed when it was opened, sent back with it: to see what somebody else changed."""

from __future__ import annotations

import json
from collections.abc import Mapping

import wtforms

from outreach.core.forms import Form


class SeenForm(Form):
    """A form that knows the details it began with."""

    #: As `as_seen` wrote it.
    seen = wtforms.HiddenField()

    def was(self) -> dict[str, str]:
        """What the page showed; nothing when it did not say."""
        try:
            told = json.loads(self.seen.data or "{}")
        except ValueError:
            return {}
        return {str(k): str(v) for k, v in told.items()} if isinstance(told, dict) else {}


def as_seen(fields: Mapping[str, str]) -> str:
    """Fields as a page carries them."""
    return json.dumps(fields, ensure_ascii=False)
