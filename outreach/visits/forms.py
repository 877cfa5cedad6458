"""A visit report from untrusted fields, as a page sends it now or an outbox hours later."""

from __future__ import annotations

from uuid import UUID

import wtforms
from werkzeug.datastructures import MultiDict
from wtforms import SelectChoice, validators  # type: ignore[attr-defined]  # newer than its stubs

from outreach.assistance import forms as assistance
from outreach.core.forms import Form, MomentField, NoSecrets, UuidField, at_most, required
from outreach.core.i18n import lazy_gettext as _
from outreach.visits import plain, rules
from outreach.visits.labels import OUTCOMES
from outreach.visits.models import Outcome
from outreach.visits.plain import Told
from outreach.visits.services import VisitReport


def _within(least: float, most: float) -> validators.NumberRange:
    return validators.NumberRange(least, most, _("This is not a place on earth."))


class ReportForm(Form):
    """What every version of the form has sent since the first."""

    report_id = UuidField(_("Report"), [required()])
    made_at = MomentField(_("Time"), [required()])
    form_version = wtforms.IntegerField(
        _("Form"),
        [
            validators.InputRequired(_("This form is damaged. Please load the page again.")),
            validators.NumberRange(
                rules.OLDEST_FORM_VERSION,
                message=_("This form is too old. Please load the page again."),
            ),
        ],
    )
    outcome = wtforms.RadioField(
        _("What happened"),
        [validators.InputRequired(_("Please say what happened."))],
        choices=[SelectChoice(outcome.value, label) for outcome, label in OUTCOMES.items()],
    )
    note = wtforms.TextAreaField(_("Note"), [at_most(500), NoSecrets()])
    latitude = wtforms.FloatField(_("Place"), [validators.Optional(), _within(-90, 90)])
    longitude = wtforms.FloatField(_("Place"), [validators.Optional(), _within(-180, 180)])
    accuracy_m = wtforms.FloatField(_("Place"), [validators.Optional(), _within(0, 1e7)])


class HomeReportForm(ReportForm):
    """Version 2 also says which home it is, so that it can be stored though its stop is unknown."""

    household_id = UuidField(_("Home"))


#: Who reads which version of the form; a version newer than ours is read as the newest.
READERS: dict[str, type[ReportForm]] = {"1": ReportForm, "2": HomeReportForm}


def report_form(data: MultiDict[str, str]) -> ReportForm:
    """The form as it was sent, looked at."""
    form = READERS.get(data.get("form_version", ""), HomeReportForm)(data)
    form.validate()
    return form


def read_report(
    data: MultiDict[str, str], *, stop_id: UUID
) -> tuple[ReportForm | None, VisitReport | None]:
    """The report that was sent, or the form with its errors and no report."""
    told, form = plain.read(data), None
    if told is None:
        form = report_form(data)
        told = _told(form)
    try:
        helps = assistance.read_helps(data)
    except assistance.Damaged:
        form = form or report_form(data)
        form.form_errors.append(str(_("This form is damaged. Please load the page again.")))
        return form, None
    if told is None:
        return form, None
    placed = told.latitude is not None and told.longitude is not None
    return form, VisitReport(
        report_id=told.report_id,
        stop_id=stop_id,
        made_at=told.made_at,
        outcome=told.outcome,
        form_version=told.form_version,
        note=told.note,
        latitude=told.latitude if placed else None,
        longitude=told.longitude if placed else None,
        accuracy_m=told.accuracy_m if placed else None,
        household_id=told.household_id,
        helps=helps if told.outcome is Outcome.MET else (),
    )


def _told(form: ReportForm) -> Told | None:
    """What a form without errors says."""
    if form.errors or not form.report_id.data or not form.made_at.data:
        return None
    return Told(
        report_id=form.report_id.data,
        made_at=form.made_at.data,
        outcome=Outcome(form.outcome.data),
        form_version=form.form_version.data or rules.FORM_VERSION,
        note=form.note.data or "",
        latitude=form.latitude.data,
        longitude=form.longitude.data,
        accuracy_m=form.accuracy_m.data,
        household_id=form.household_id.data if isinstance(form, HomeReportForm) else None,
    )


class RollBackForm(Form):
    """One volunteer's whole day, to be taken back by somebody who is sure."""

    volunteer = UuidField(_("Volunteer"), [required()])
    day = wtforms.DateField(_("Day"), [required()])
    sure = wtforms.BooleanField(_("Yes, take all of them back"), [required()])
