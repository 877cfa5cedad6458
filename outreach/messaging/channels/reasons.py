"""What a provider's code for a message that did not arrive means, whichever provider it was."""

from __future__ import annotations

from outreach.messaging.channels import Kind, brandname_errors, twilio_errors

#: The sandbox speaks with Twilio's codes.
_TABLES: dict[str, dict[str, tuple[Kind, str]]] = {
    "brandname": brandname_errors.UNDELIVERED,
    "twilio": {str(code): found for code, found in twilio_errors.UNDELIVERED.items()},
}
_TABLES["sandbox"] = _TABLES["twilio"]


def explain(channel: str | None, code: str | None) -> tuple[Kind | None, str | None]:
    """(kind, reason in a word) of an error code; nothing for one that is in no table."""
    found = _TABLES.get(channel or "", {}).get(code or "")
    return found if found is not None else (None, None)
