"""The approved list: who waits, who was given a phone, who was taken off."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.access import actor
from outreach.appointments import queries as homes
from outreach.assistance import queries as assistance
from outreach.core import text
from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _
from outreach.core.request import session
from outreach.stock.views.blueprint import acting, tried
from outreach.swaps import queries, services
from outreach.swaps.forms import ApprovalForm, ListForm, ListLine
from outreach.swaps.views.blueprint import bp, desk, office


@bp.get("")
@office
def approvals() -> str:
    """The list, with a filter."""
    wanted = queries.Wanted(request.args.get("q", ""), request.args.get("state", "waiting"))
    found = queries.approvals(session(), wanted, actor=actor())
    return render_template("swaps/approvals.html", found=found, wanted=wanted)


@bp.get("/new")
@desk
def find_home() -> str:
    """Which home."""
    words = request.args.get("q", "")
    found = homes.homes_called(session(), words, actor=actor())
    return render_template("swaps/find_home.html", words=words, homes=found)


@bp.route("/new/<uuid:household_id>", methods=["GET", "POST"])
@desk
def new(household_id: UUID) -> ResponseReturnValue:
    """Put one home on the list."""
    home = assistance.household_in_scope(session(), household_id, actor=actor())
    form = ApprovalForm(request.form, evidence=home.circumstance.value)
    posted = request.method == "POST"
    if posted and form.validate():
        told = form.entitlement(home.id)
        why = tried(lambda: services.approve(session(), told, **acting()))
        if not why:
            flash(_("The home is on the list."), "ok")
            return redirect(url_for("swaps.approvals"), 303)
        form.form_errors.append(why)
    return render_template("swaps/new.html", form=form, home=home), 422 if posted else 200


@bp.route("/paste", methods=["GET", "POST"])
@desk
def paste() -> ResponseReturnValue:
    """A whole list: what can be stored is, and every other line is shown with its reason."""
    form, refused = ListForm(request.form), list[tuple[ListLine, str]]()
    done, status = 0, 200
    if request.method == "POST" and form.validate():
        lines = form.read()
        refused = _approve_all(form, lines)
        done, status = len(lines) - len(refused), 422 if refused else 200
        form.lines.data = "\n".join(
            f"{x.code}; {x.line_no}; {x.evidence_no}" for x, _why in refused
        )
    elif request.method == "POST":
        status = 422
    return render_template("swaps/paste.html", form=form, refused=refused, done=done), status


def _approve_all(form: ListForm, lines: Sequence[ListLine]) -> list[tuple[ListLine, str]]:
    codes = [line.code for line in lines]
    homes_ = queries.homes_by_code(session(), codes, actor=actor())
    refused = []
    for line in lines:
        home = homes_.get(line.code)
        if home is None:
            why = _("No home of your area has this code, or more than one has it.")
        elif text.looks_secret(line.evidence_no):
            why = _("Please leave out identity card numbers: they are never kept.")
        else:
            told = form.entitlement(line, home)
            why = tried(partial(services.approve, session(), told, **acting()))
        if why:
            refused.append((line, why))
    return refused


@bp.get("/<uuid:approval_id>")
@office
def approval(approval_id: UUID) -> str:
    """One line: which phone is set aside, and taking the home off the list."""
    return _page(approval_id)


def _page(approval_id: UUID, wrong: str = "") -> str:
    row = queries.approval_in_scope(session(), approval_id, actor=actor())
    free = queries.devices_to_set_aside(session(), kind=row.kind, actor=actor())
    return render_template("swaps/approval.html", row=row, free=free, wrong=wrong)


@bp.post("/<uuid:approval_id>/device")
@office
def set_aside(approval_id: UUID) -> ResponseReturnValue:
    """Keep a phone for the home, or let it go again."""
    device = request.form.get("device", type=UUID)
    why = tried(lambda: services.set_aside(session(), approval_id, device, **acting()))
    return _after(approval_id, why)


@bp.post("/<uuid:approval_id>/withdraw")
@desk
def withdraw(approval_id: UUID) -> ResponseReturnValue:
    """Take the home off the list, with a reason."""
    reason = text.clean(request.form.get("why", ""))[:200]
    if text.looks_secret(reason):
        raise Refusal(_("Please leave out identity card numbers: they are never kept."))
    why = tried(lambda: services.withdraw(session(), approval_id, why=reason, **acting()))
    return _after(approval_id, why)


def _after(approval_id: UUID, why: str) -> ResponseReturnValue:
    if why:
        return _page(approval_id, why), 409
    flash(_("Noted."), "ok")
    return redirect(url_for("swaps.approval", approval_id=approval_id), 303)
