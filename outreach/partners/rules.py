"""What a partner's clerk may see and record. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from outreach.assistance.definitions import Programme, State
from outreach.assistance.models import Evidence
from outreach.assistance.rules import Move

#: Why a partner may say that something does not go on, where the programme knows the reason.
REASONS = (
    "partner_rejected", "data_mismatch", "biometrics_failed", "card_expired", "no_card",
    "sim_not_own_name", "underage_needs_guardian", "refused",
)  # fmt: skip
#: What each kind of partner usually does: offered first when one is added.
USUAL: Mapping[str, Mapping[str, Sequence[str]]] = {
    "bank": {
        "bank_account": (
            "submitted", "opened", "biometrics_done", "rejected_name_mismatch", "id_expired",
        )
    },
    "carrier": {"device_2g4g": ("sim_in_new_device", "subscriber_verified")},
    "police": {"vneid_l2": ("captured", "notice_received", "activated", "mismatch")},
    "other": {},
}  # fmt: skip


def masked(name: str) -> str:
    """A name before the slip is opened: "Đặng Thị Lan" is "Đ. T. L."."""
    return " ".join(f"{word[0].upper()}." for word in name.split())


def allowed(
    grants: Mapping[str, Sequence[str]], moves: Iterable[Move], programme: str
) -> list[Move]:
    """Of the moves that are possible, those the partner may record."""
    mine = set(grants.get(programme, ()))
    return [move for move in moves if move.state.code in mine]


def evidence(state: State) -> Evidence:
    """A partner tells what it did itself: confirmed, where that is possible."""
    return Evidence.CONFIRMED if Evidence.CONFIRMED in state.evidence else state.evidence[-1]


def reasons(programme: Programme) -> list[str]:
    """Why the partner may stop a case of this programme."""
    return [code for code in REASONS if code in programme.stop_reasons]
