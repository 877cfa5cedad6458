"""What Twilio's error numbers mean for the outbox, from https://www.twilio.com/docs/api/errors."""

from outreach.messaging.channels import Kind

#: Not taken, but worth trying again: limits, full queues, and their own passing troubles.
BUSY: dict[int, str] = {
    14107: "rate_limited",
    20412: "provider_unavailable",
    20429: "rate_limited",
    20503: "provider_unavailable",
    21611: "queue_full",
    30001: "queue_full",
    30022: "rate_limited",
    63038: "daily_limit",
}

#: Refused at the door, by what must be done about it.
REFUSED: dict[int, tuple[Kind, str]] = {
    20003: (Kind.CONFIGURATION, "credentials_refused"),
    20404: (Kind.CONFIGURATION, "account_not_found"),
    20005: (Kind.CONFIGURATION, "account_inactive"),
    21408: (Kind.CONFIGURATION, "region_not_enabled"),
    21606: (Kind.SENDER, "sender_not_usable"),
    21603: (Kind.CONFIGURATION, "sender_missing"),
    21212: (Kind.SENDER, "sender_invalid"),
    21659: (Kind.SENDER, "sender_not_registered"),
    21701: (Kind.SENDER, "sender_not_registered"),
    21703: (Kind.CONFIGURATION, "sender_missing"),
    21704: (Kind.CONFIGURATION, "sender_missing"),
    21609: (Kind.CONFIGURATION, "callback_address_invalid"),
    21211: (Kind.NUMBER, "number_invalid"),
    21214: (Kind.NUMBER, "number_invalid"),
    21217: (Kind.NUMBER, "number_invalid"),
    21604: (Kind.NUMBER, "number_missing"),
    21608: (Kind.CONFIGURATION, "trial_account_number_not_verified"),
    21612: (Kind.NUMBER, "number_unreachable_from_sender"),
    21614: (Kind.NUMBER, "landline"),
    21610: (Kind.OPTED_OUT, "opted_out"),
    21602: (Kind.PERMANENT, "text_missing"),
    21617: (Kind.PERMANENT, "text_too_long"),
    21619: (Kind.PERMANENT, "text_missing"),
    20006: (Kind.CONFIGURATION, "credentials_refused"),
    20008: (Kind.CONFIGURATION, "credentials_refused"),
    21205: (Kind.CONFIGURATION, "callback_address_invalid"),
    21210: (Kind.SENDER, "sender_not_usable"),
    21266: (Kind.NUMBER, "number_invalid"),
    21401: (Kind.NUMBER, "number_invalid"),
    21601: (Kind.SENDER, "sender_not_usable"),
    21605: (Kind.PERMANENT, "text_too_long"),
    21618: (Kind.PERMANENT, "filtered"),
    21635: (Kind.NUMBER, "landline"),
    21660: (Kind.SENDER, "sender_not_usable"),
    21702: (Kind.CONFIGURATION, "sender_missing"),
    21705: (Kind.CONFIGURATION, "sender_missing"),
    30044: (Kind.CONFIGURATION, "trial_account_text_too_long"),
}

#: Reasons a message that had been taken did not arrive (in callbacks and in the books).
UNDELIVERED: dict[int, tuple[Kind, str]] = {
    30002: (Kind.CONFIGURATION, "account_suspended"),
    30003: (Kind.PERMANENT, "handset_unreachable"),
    30004: (Kind.OPTED_OUT, "blocked_by_recipient"),
    30005: (Kind.NUMBER, "number_unknown"),
    30006: (Kind.NUMBER, "landline"),
    30007: (Kind.PERMANENT, "filtered"),
    30008: (Kind.PERMANENT, "unknown"),
    30009: (Kind.PERMANENT, "unknown"),
    30010: (Kind.CONFIGURATION, "price_limit"),
    30017: (Kind.PERMANENT, "carrier_congested"),
    30018: (Kind.SENDER, "sender_not_registered"),
    30019: (Kind.PERMANENT, "text_too_long"),
    30024: (Kind.SENDER, "sender_not_registered"),
    30034: (Kind.SENDER, "sender_not_registered"),
    30036: (Kind.PERMANENT, "validity_expired"),
    30410: (Kind.PERMANENT, "carrier_congested"),
    30450: (Kind.PERMANENT, "filtered"),
    21610: (Kind.OPTED_OUT, "opted_out"),
}
