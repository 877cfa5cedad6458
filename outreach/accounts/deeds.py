"""Words for the audit trail: every act any feature records, and the tables they are done to."""

from __future__ import annotations

from outreach.core.i18n import lazy_gettext as _

#: Tables as people call what is in them: what the trail can be narrowed to.
KINDS = {
    "household": _("Household"),
    "resident": _("Resident"),
    "contact_point": _("Phone of a household"),
    "consent": _("Consent"),
    "household_import": _("Import of a sheet"),
    "visit_report": _("Visit"),
    "assistance_case": _("Case"),
    "assistance_step": _("Step of a case"),
    "appointment": _("Appointment"),
    "message": _("Message"),
    "suppression": _("Wish for no messages"),
    "round": _("Round"),
    "team": _("Team"),
    "member": _("Team member"),
    "area": _("Area"),
    "user": _("Account"),
    "device": _("Signed-in device"),
    "invitation": _("Invitation"),
}

#: What can be done, as `subject.verb`, in words. A test holds it to what the code records.
ACTS = {
    "appointment.agreed": _("Agreed an appointment"),
    "appointment.announced": _("Announced a visit"),
    "appointment.cancelled": _("Cancelled an appointment"),
    "appointment.kept": _("Kept an appointment"),
    "appointment.missed": _("Missed an appointment"),
    "appointment.moved": _("Moved an appointment"),
    "appointment.reopened": _("Reopened an appointment"),
    "appointment.withdrawn": _("Withdrew an announced visit"),
    "area.added": _("Added an area"),
    "area.closed": _("Closed an area"),
    "area.corrected": _("Corrected an area"),
    "area.hotline_set": _("Changed an area's hotline"),
    "assistance.step_recorded": _("Recorded help given"),
    "assistance.step_undone": _("Took back help given"),
    "consent.given": _("Recorded consent"),
    "consent.withdrawn": _("Recorded that consent was withdrawn"),
    "device.all_revoked": _("Signed devices out"),
    "device.closed": _("Signed out"),
    "device.opened": _("Signed in"),
    "device.revoked": _("Signed a device out"),
    "figures.exported": _("Exported figures"),
    "household.added": _("Added a household"),
    "household.archived": _("Archived a household"),
    "household.changed": _("Changed a household"),
    "household.moved": _("Moved a household on the map"),
    "household.restored": _("Restored a household"),
    "import.confirmed": _("Stored a sheet of households"),
    "import.mapped": _("Matched the columns of a sheet"),
    "import.undone": _("Undid the import of a sheet"),
    "import.uploaded": _("Uploaded a sheet"),
    "invitation.accepted": _("Accepted an invitation"),
    "invitation.made": _("Made an invitation"),
    "invitation.wrong_pin": _("A wrong PIN for an invitation"),
    "member.day_forgotten": _("Took back the hours of a day"),
    "member.day_told": _("Told the hours of a day"),
    "member.edited": _("Changed a team member"),
    "member.joined": _("Took somebody into a team"),
    "member.left": _("Took somebody out of a team"),
    "member.returned": _("Took somebody back into a team"),
    "member.week_told": _("Told the hours of a week"),
    "message.cancelled": _("Stopped a message"),
    "places.imported": _("Imported the official areas"),
    "places.succeeded": _("Recorded that one area follows another"),
    "resident.added": _("Added a resident"),
    "resident.changed": _("Changed a resident"),
    "resident.left": _("Recorded that a resident left"),
    "resident.returned": _("Recorded that a resident came back"),
    "round.cancelled": _("Cancelled a round"),
    "round.closed": _("Closed a round"),
    "round.created": _("Began a round"),
    "round.home_added": _("Added a home to a round"),
    "round.planned": _("Planned a round"),
    "round.planning_failed": _("A round could not be planned"),
    "round.planning_requested": _("Asked for the plan of a round"),
    "round.planning_stopped": _("Stopped the planning of a round"),
    "round.published": _("Published a round"),
    "round.route_locked": _("Locked a route"),
    "round.route_unlocked": _("Unlocked a route"),
    "round.stop_locked": _("Locked a stop"),
    "round.stop_moved": _("Moved a stop"),
    "round.stop_removed": _("Took a stop out of a route"),
    "round.stop_unlocked": _("Unlocked a stop"),
    "round.volunteer_absent": _("Marked a volunteer absent"),
    "round.volunteer_present": _("Marked a volunteer present"),
    "round.withdrawn": _("Withdrew a published round"),
    "suppression.added": _("Recorded a wish for no messages"),
    "suppression.lifted": _("Lifted a wish for no messages"),
    "team.added": _("Added a team"),
    "team.edited": _("Changed a team"),
    "user.added": _("Added an account"),
    "user.deactivated": _("Switched an account off"),
    "user.edited": _("Changed an account"),
    "user.language_set": _("Chose a language"),
    "user.password_set": _("Set a password"),
    "user.promoted": _("Made somebody a team leader"),
    "user.reactivated": _("Switched an account on"),
    "visit.logged": _("Logged a visit"),
    "visit.undone": _("Took back a visit"),
}


def act_name(action: str) -> str:
    """What was done, in words; as it is stored where there are none."""
    return str(ACTS.get(action) or action.replace(".", " · ").replace("_", " "))


def kind_name(kind: str) -> str:
    """What it was done to, in words; empty where the act says it all."""
    return str(KINDS.get(kind, ""))
