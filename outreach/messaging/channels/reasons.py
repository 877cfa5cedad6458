"""What a provider's code for a message that did not arrive means, whichever provider it was."""

from __future__ import annotations

from outreach.messaging.channels import Kind, twilio_errors


def explain(channel: str | None, code: str | None) -> tuple[Kind | None, str | None]:
    """(kind, reason in a word) of an error code; the sandbox speaks with Twilio's codes."""
    if not code:
        return None, None
    known = twilio_errors.UNDELIVERED if channel in {"twilio", "sandbox"} else {}
    return known.get(int(code), (None, None)) if code.isdigit() else (None, None)
