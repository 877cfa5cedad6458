"""What the numbers of Vietnamese brandname gateways mean for the outbox.

The common JSON shape answers 200 with a `CodeResult`; 100 alone means "taken", and not "arrived".
"""

from outreach.messaging.channels import Kind

TAKEN = 100
#: The same `RequestId` again: whatever became of it, it is there already.
DUPLICATE_REQUEST = 124
#: Asked for news of a message so new that the gateway does not list it yet.
UNKNOWN_REFERENCE = 105

#: Not taken, but worth trying again.
BUSY: dict[int, str] = {
    160: "rate_limited",
    304: "same_text_too_soon",
}

#: Refused at the door, by what must be done about it.
REFUSED: dict[int, tuple[Kind, str]] = {
    99: (Kind.OPTED_OUT, "blocked_by_provider"),
    101: (Kind.CONFIGURATION, "credentials_refused"),
    102: (Kind.CONFIGURATION, "price_missing"),
    103: (Kind.CONFIGURATION, "balance_empty"),
    104: (Kind.SENDER, "sender_not_registered"),
    108: (Kind.NUMBER, "number_invalid"),
    140: (Kind.CONFIGURATION, "address_not_allowed"),
    146: (Kind.SENDER, "template_not_registered"),
    177: (Kind.SENDER, "carrier_not_registered"),
    201: (Kind.PERMANENT, "word_not_allowed"),
}

#: Why a message that had been taken did not arrive. Callbacks carry no code of their own: these are
#: `SendStatus`, and the words below stand for a count of failures.
REFUSED_LATER = "4"
SEND_FAILED = "5/failed"
UNDELIVERED: dict[str, tuple[Kind, str]] = {
    REFUSED_LATER: (Kind.PERMANENT, "refused"),
    SEND_FAILED: (Kind.PERMANENT, "unknown"),
}
