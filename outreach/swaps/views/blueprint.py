"""What the pages of swaps share."""

from __future__ import annotations

from flask import Blueprint

from outreach.accounts.access import allow
from outreach.accounts.models import Role
from outreach.households import wording
from outreach.swaps import labels

bp = Blueprint("swaps", __name__, url_prefix="/swaps")

office = allow(Role.LEADER, Role.OFFICER, Role.ADMINISTRATOR)
#: Who puts homes on the approved list, and takes them off.
desk = allow(Role.OFFICER, Role.ADMINISTRATOR)


@bp.app_context_processor
def _words() -> dict[str, object]:
    return {"swap_labels": labels, "circumstances": wording.CIRCUMSTANCES}
