"""Comparing with partners who was helped already: lists of digests, out and in."""

from __future__ import annotations

import wtforms
from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict, FileStorage

from outreach.core.errors import Refusal
from outreach.core.forms import Form, NoSecrets, at_most, required
from outreach.core.i18n import gettext as _
from outreach.core.i18n import lazy_gettext
from outreach.core.request import session
from outreach.partners.services import exchange
from outreach.partners.views.blueprint import acting, administrator, bp


class ListForm(Form):
    source = wtforms.StringField(lazy_gettext("Whose list"), [required(), at_most(80), NoSecrets()])
    sheet = wtforms.FileField(lazy_gettext("File"))

    def validate_sheet(self, field: wtforms.FileField) -> None:
        if not isinstance(field.data, FileStorage) or not field.data.filename:
            raise wtforms.ValidationError(_("Please choose a file."))


def _key() -> str:
    return str(current_app.settings.exchange_key)  # type: ignore[attr-defined]


@bp.get("/partners/compare")
@administrator
def compare() -> ResponseReturnValue:
    """What comparing means, the list for partners, and a form for theirs."""
    return _page(ListForm())


def _page(form: ListForm, status: int = 200) -> ResponseReturnValue:
    return render_template("partners/compare.html", form=form, on=bool(_key())), status


@bp.post("/partners/compare/list")
@administrator
def write_list() -> ResponseReturnValue:
    """The list as a file. A POST, because it is written down who took it."""
    answer = Response(exchange.write(session(), _key(), **acting()), mimetype="text/csv")
    answer.headers["Content-Disposition"] = "attachment; filename=digests.csv"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/partners/compare")
@administrator
def receive() -> ResponseReturnValue:
    """Take in a partner's list."""
    form = ListForm(CombinedMultiDict([request.files, request.form]))
    if not form.validate():
        return _page(form, 422)
    try:
        with session().begin_nested():
            found = exchange.receive(
                session(), form.source.data or "", form.sheet.data.read(), _key(), **acting()
            )
    except Refusal as refusal:
        form.form_errors.append(str(refusal))
        return _page(form, 422)
    flash(_("%(n)s lines taken in, %(known)s of them of people you know.",
            n=found.lines, known=found.known), "ok")  # fmt: skip
    return redirect(url_for("partners.compare"), 303)
