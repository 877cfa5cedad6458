"""Procedures in plain words: what comes next, said to the office and said to the resident."""

from __future__ import annotations

from outreach.core.i18n import gettext
from outreach.core.i18n import lazy_gettext as _
from outreach.procedures.rules import Turn

TURNS = {
    Turn.RESIDENT: _("The resident"),
    Turn.TEAM: _("The team"),
    Turn.OFFICE: _("The deciding office"),
    Turn.NOBODY: _("Nobody: it is finished"),
}
#: What the office reads.
NEXT = {
    "requested": _("Agree on a visit at home"),
    "home_visit_set": _("Visit and collect the papers"),
    "papers_ready": _("Hand in the dossier and type its number and due date"),
    "submitted": _("Wait for the office, until the due date"),
    "supplement_requested": _("Collect the missing papers with the resident"),
    "resubmitted": _("Wait for the office, until the due date"),
    "processing": _("Wait for the office, until the due date"),
    "overdue": _("Ask the office; type the new date from its letter of apology"),
    "result_ready": _("Bring the result to the resident"),
    "delivered": _("Ask whether everything is right, then close"),
    "refused_by_office": _("Explain the refusal; hand in anew where that helps"),
}
#: What the resident reads: short sentences, no office language.
TO_RESIDENT = {
    "requested": _("We have your request. The team will call or come to agree on a day."),
    "home_visit_set": _("The team comes on the agreed day. Please have your papers ready."),
    "papers_ready": _("Your papers are complete. The team hands them in for you."),
    "submitted": _("Your dossier is handed in. You need not do anything now."),
    "supplement_requested": _("The office needs more papers. Please prepare what is listed below."),
    "resubmitted": _("The missing papers are handed in. You need not do anything now."),
    "processing": _("The office is working on your dossier. You need not do anything now."),
    "overdue": _("The office is late and has named a new day. The team keeps asking for you."),
    "result_ready": _("Your result is ready. The team brings it to you."),
    "delivered": _("You have your result. If something is wrong with it, call us."),
    "closed": _("This procedure is finished."),
    "refused_by_office": _("The office refused the dossier. The team explains what you can do."),
    "withdrawn": _("You took this dossier back. If that is not so, call us."),
}  # fmt: skip


def next_step(state: str | None) -> str:
    """What is to be done next, for the office; empty when it is finished."""
    return str(NEXT.get(state or "", ""))


def to_resident(state: str | None) -> str:
    """The same for the resident."""
    return str(TO_RESIDENT.get(state or "") or gettext("Please call us to hear how far it is."))
