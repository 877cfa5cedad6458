"""Lists of agencies: upload, look at matches and doubts, confirm, take back."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from outreach.accounts import scopes
from outreach.accounts.access import actor, allow
from outreach.accounts.models import Role
from outreach.assistance import labels as help_labels
from outreach.confirmation import forms, kept, labels, queries, services
from outreach.confirmation.models import AgencyList
from outreach.confirmation.rules.verdicts import Verdict
from outreach.core import clock
from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _
from outreach.core.request import session, zone
from outreach.households.forms import MappingForm
from outreach.households.sheets import Field
from outreach.households.sheets.wording import FIELDS
from outreach.places.models import Area

bp = Blueprint("confirmation", __name__, url_prefix="/help/lists")
office = allow(Role.OFFICER, Role.ADMINISTRATOR)
#: Lines of one kind on a page. Doubts that are not shown wait for the list to be loaded again.
SHOWN = 200
#: What of a list helps to find somebody.
USED = (
    Field.NAME, Field.FAMILY_NAME, Field.BIRTH, Field.BIRTH_OF_MAN, Field.BIRTH_OF_WOMAN,
    Field.ADDRESS, Field.HOUSE_NUMBER, Field.STREET, Field.AREA, Field.PHONE, Field.CODE,
)  # fmt: skip


@bp.context_processor
def _words() -> dict[str, object]:
    return {"help_labels": help_labels, "labels": labels, "Verdict": Verdict}


def _areas() -> Sequence[Area]:
    top = actor().area
    within = top.id if top else None
    return [*scopes.to_choose(session(), actor=actor(), within=within).areas]


@bp.get("")
@office
def index() -> ResponseReturnValue:
    """Earlier lists, and the form for another."""
    form = forms.UploadForm(day=clock.today(zone()), said=request.args.get("said", ""))
    return _index(form)


def _index(form: forms.UploadForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "confirmation/index.html",
        form=form.offer(_areas()),
        rows=queries.lists(session(), actor=actor()),
    )
    return page, status


@bp.post("")
@office
def upload() -> ResponseReturnValue:
    """Keep the file until it is confirmed."""
    form = forms.UploadForm(CombinedMultiDict([request.files, request.form])).offer(_areas())
    if not form.validate():
        return _index(form, 422)
    today, now = clock.today(zone()), clock.now()
    try:
        row = services.upload(session(), *form.upload(), today=today, actor=actor(), now=now)
    except Refusal as refusal:
        form.form_errors.append(str(refusal))
        return _index(form, 422)
    session().flush()
    return redirect(url_for("confirmation.show", list_id=row.id), 303)


@bp.get("/<uuid:list_id>")
@office
def show(list_id: UUID) -> ResponseReturnValue:
    """Before confirming: matches and doubts. Afterwards: what was stored."""
    row = queries.list_in_scope(session(), list_id, actor=actor())
    if row.confirmed_at is not None:
        return render_template("confirmation/result.html", row=row)
    return _preview(row)


def _preview(row: AgencyList) -> ResponseReturnValue:
    today = clock.today(zone())
    found = queries.preview(session(), row, today=today, looked=kept.look(session(), row, today))
    return render_template(
        "confirmation/preview.html",
        row=row,
        found=found,
        names=queries.names_of(session(), found, SHOWN),
        columns=queries.columns(session(), row),
        mapping=queries.mapping_of(row),
        fields={one: FIELDS[one] for one in USED},
        most=SHOWN,
    )


@bp.post("/<uuid:list_id>/columns")
@office
def set_columns(list_id: UUID) -> ResponseReturnValue:
    """Store what each column holds, and look again."""
    row = services.open_list(session(), list_id, actor=actor())
    mapping = MappingForm(request.form).mapping(queries.columns(session(), row))
    services.set_mapping(session(), list_id, mapping, actor=actor(), now=clock.now())
    return redirect(url_for("confirmation.show", list_id=list_id), 303)


@bp.post("/<uuid:list_id>/confirm")
@office
def confirm(list_id: UUID) -> ResponseReturnValue:
    """Store it, all or nothing."""
    row = services.confirm(
        session(),
        list_id,
        forms.choices(request.form),
        looked=kept.of(queries.list_in_scope(session(), list_id, actor=actor())),
        today=clock.today(zone()),
        zone=zone(),
        actor=actor(),
        now=clock.now(),
    )
    flash(_("%(n)s people are confirmed.", n=row.result["confirmed"]), "ok")
    return redirect(url_for("confirmation.show", list_id=list_id), 303)


@bp.post("/<uuid:list_id>/undo")
@office
def undo(list_id: UUID) -> ResponseReturnValue:
    """Take every step of it back."""
    services.undo(session(), list_id, actor=actor(), now=clock.now())
    flash(_("The list is taken back. Every case is where its other steps left it."), "ok")
    return redirect(url_for("confirmation.show", list_id=list_id), 303)
