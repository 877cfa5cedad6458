"""The audit trail, for the office: who did what, to what, when."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from outreach.accounts import queries
from outreach.accounts.access import actor
from outreach.accounts.views.blueprint import bp
from outreach.accounts.views.people import office, page_number, uuid_or_none
from outreach.core.i18n import gettext as _
from outreach.core.request import session


def kinds() -> dict[str, str]:
    """Tables as people call what is in them."""
    return {
        "user": _("Account"),
        "device": _("Signed-in device"),
        "invitation": _("Invitation"),
        "team": _("Team"),
        "member": _("Team member"),
        "area": _("Area"),
        "household": _("Household"),
        "resident": _("Resident"),
        "contact_point": _("Phone of a household"),
        "import_batch": _("Import of a sheet"),
        "round": _("Round"),
        "route": _("Route"),
        "stop": _("Stop"),
        "visit": _("Visit"),
        "assistance_case": _("Case"),
        "case_step": _("Step of a case"),
        "appointment": _("Appointment"),
        "message": _("Message"),
        "suppression": _("Wish for no messages"),
    }


def acts() -> dict[str, str]:
    """What can be done, as `subject.verb` and in words."""
    return {
        "user.added": _("Added an account"),
        "user.edited": _("Changed an account"),
        "user.deactivated": _("Switched an account off"),
        "user.reactivated": _("Switched an account on"),
        "user.promoted": _("Made somebody a team leader"),
        "user.password_set": _("Set a password"),
        "user.language_set": _("Chose a language"),
        "device.opened": _("Signed in"),
        "device.closed": _("Signed out"),
        "device.revoked": _("Signed a device out"),
        "device.all_revoked": _("Signed devices out"),
        "invitation.made": _("Made an invitation"),
        "invitation.accepted": _("Accepted an invitation"),
        "invitation.wrong_pin": _("A wrong PIN for an invitation"),
        "team.added": _("Added a team"),
        "team.edited": _("Changed a team"),
        "member.joined": _("Took somebody into a team"),
        "member.edited": _("Changed a team member"),
        "member.left": _("Took somebody out of a team"),
        "member.returned": _("Took somebody back into a team"),
        "member.week_told": _("Told the hours of a week"),
        "member.day_told": _("Told the hours of a day"),
        "member.day_forgotten": _("Took back the hours of a day"),
    }


def act_name(action: str) -> str:
    """What was done, in words; as it is stored where there are none."""
    return acts().get(action) or action.replace(".", " · ").replace("_", " ")


def _moment(name: str, *, days: int = 0) -> datetime | None:
    """The first instant of a day in the query string, where the teams work."""
    try:
        day = date.fromisoformat(request.args.get(name, "")) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    zone = current_app.settings.zone  # type: ignore[attr-defined]
    if not 1970 <= day.year <= 9000:
        return None
    return datetime.combine(day, time(), zone).astimezone(UTC)


@bp.get("/audit")
@office
def audit() -> ResponseReturnValue:
    """One page of the trail."""
    args = request.args
    sought = queries.Sought(
        who=args.get("who", "").strip()[:80],
        subject_id=uuid_or_none(args.get("subject")),
        kind=args.get("kind", "") if args.get("kind") in kinds() else "",
        since=_moment("since"),
        until=_moment("until", days=1),
    )
    found, more = queries.trail(session(), sought, actor=actor(), page=page_number())
    return render_template(
        "accounts/audit.html",
        acts=found,
        more=more,
        page=page_number(),
        kinds=kinds(),
        act_name=act_name,
    )
