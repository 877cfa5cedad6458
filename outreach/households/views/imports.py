"""Upload a list, say what its columns hold, look before storing, store, take back."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from outreach.accounts.access import actor
from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _
from outreach.core.request import session
from outreach.households import queries
from outreach.households.forms import MappingForm, UploadForm
from outreach.households.forms.imports import kept_rows
from outreach.households.models import Import
from outreach.households.queries import imports as reads
from outreach.households.services import imports as services
from outreach.households.sheets import Problem
from outreach.households.sheets.wording import FIELDS, REASONS
from outreach.households.views.blueprint import (
    acting,
    asked_area,
    bp,
    desk,
    places_for_homes,
    today,
)
from outreach.places.models import Area

_SHOWN = 100


def _areas() -> list[Area]:
    """A whole commune, or one of its parts."""
    top = actor().area or asked_area() or asked_area("area_id")
    if top is None:
        return []
    return [top, *(part for part in places_for_homes(top) if part is not top)]


@bp.get("/imports")
@desk
def imports() -> ResponseReturnValue:
    """Earlier imports, and the form for another."""
    return _list_page(UploadForm())


def _list_page(form: UploadForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "households/imports.html",
        form=form.offer(_areas()),
        rows=reads.imports(session(), actor=actor()),
    )
    return page, status


@bp.post("/imports")
@desk
def upload() -> ResponseReturnValue:
    """Keep the file until it is confirmed."""
    form = UploadForm(CombinedMultiDict([request.files, request.form])).offer(_areas())
    if not form.validate():
        return _list_page(form, 422)
    area_id, name, content = form.upload()
    try:
        row = services.upload(session(), area_id, name, content, **acting())
    except Refusal as refusal:
        form.sheet.errors = [str(refusal)]
        return _list_page(form, 422)
    return redirect(url_for("households.import_columns", import_id=row.id), 303)


def _mine(import_id: UUID) -> Import:
    return reads.import_in_scope(session(), import_id, actor=actor())


@bp.get("/imports/<uuid:import_id>/columns")
@desk
def import_columns(import_id: UUID) -> ResponseReturnValue:
    """What each column seems to hold, to be corrected."""
    row = _mine(import_id)
    names, columns = reads.columns(session(), row)
    return render_template(
        "households/columns.html",
        row=row,
        names=names,
        columns=columns,
        mapping=reads.mapping_of(row),
        fields=FIELDS,
    )


@bp.post("/imports/<uuid:import_id>/columns")
@desk
def set_columns(import_id: UUID) -> ResponseReturnValue:
    """Store the corrected columns and go on to the preview."""
    _names, columns = reads.columns(session(), _mine(import_id))
    mapping = MappingForm(request.form).mapping(columns)
    services.set_mapping(session(), import_id, mapping, **acting())
    return redirect(url_for("households.show_import", import_id=import_id), 303)


@bp.post("/imports/<uuid:import_id>/sheet")
@desk
def choose_sheet(import_id: UUID) -> ResponseReturnValue:
    """Read another sheet of the same file."""
    services.choose_sheet(session(), import_id, request.form.get("sheet", ""), **acting())
    return redirect(url_for("households.import_columns", import_id=import_id), 303)


@bp.get("/imports/<uuid:import_id>")
@desk
def show_import(import_id: UUID) -> ResponseReturnValue:
    """Before confirming: what would be stored. Afterwards: what was."""
    row = _mine(import_id)
    if row.confirmed_at is not None:
        return _result_page(row)
    found = reads.preview(session(), row, today=today())
    problems = sorted(found.drafts.problems, key=_most_serious_first)
    return render_template(
        "households/preview.html",
        row=row,
        found=found,
        first=list(zip(found.drafts.homes, found.areas, strict=True))[:10],
        problems=problems[:_SHOWN],
        more_problems=max(0, len(problems) - _SHOWN),
        duplicates=found.duplicates[:_SHOWN],
        more_duplicates=max(0, len(found.duplicates) - _SHOWN),
        fields=FIELDS,
        reasons=REASONS,
    )


def _most_serious_first(problem: Problem) -> tuple[bool, int, str]:
    """Rows that are left out before cells that are; then as in the sheet."""
    return not problem.blocking, problem.row, problem.reason


def _result_page(row: Import) -> ResponseReturnValue:
    built = services.blocking(session(), row) if row.undone_at is None else {}
    page = queries.Filters(area=row.area)
    return render_template("households/result.html", row=row, built=built, filters=page)


@bp.post("/imports/<uuid:import_id>/confirm")
@desk
def confirm_import(import_id: UUID) -> ResponseReturnValue:
    """Store it, all or nothing."""
    choices = services.Choices(
        add_areas=request.form.get("add_areas") == "yes",
        keep=kept_rows(request.form.getlist("keep")),
    )
    row = services.confirm(session(), import_id, choices, today=today(), **acting())
    flash(_("%(n)s homes were imported.", n=row.result["homes"]), "ok")
    return redirect(url_for("households.show_import", import_id=import_id), 303)


@bp.post("/imports/<uuid:import_id>/undo")
@desk
def undo_import(import_id: UUID) -> ResponseReturnValue:
    """Take every row of it back."""
    services.undo(session(), import_id, **acting())
    flash(_("The import was taken back. Nothing of it is left in the register."), "ok")
    return redirect(url_for("households.show_import", import_id=import_id), 303)
