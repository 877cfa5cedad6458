"""What the page of a hand-over sends."""

from __future__ import annotations

from uuid import uuid4

from tests.conftest import NOW

SIGNATURE = "M10 200L40 120L80 210L130 90L180 220L240 100L300 200L380 140L460 190"
ALL_TICKED = ["right_person", "sim_moved", "calls_work", "contacts_copied", "basics_shown"]


def told(imei: str | None, **given: object) -> dict[str, object]:
    """A hand-over where everything went well and the old phone stays."""
    return {
        "report_id": str(uuid4()),
        "receipt_id": str(uuid4()),
        "made_at": NOW.isoformat(),
        "form_version": "1",
        "imei": imei or "",
        "ticked": ALL_TICKED,
        "face_check": "done",
        "old_phone": "kept",
        "signature": SIGNATURE,
        **given,
    }
