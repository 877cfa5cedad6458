"""Procedures: the office's list, one of them with its slip, and the page behind the slip's QR."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import segno
from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.access import actor, allow, public
from outreach.accounts.models import Role
from outreach.assistance import labels as help_labels
from outreach.assistance.catalogue import programmes
from outreach.assistance.services import Clash, WrongMove
from outreach.core import clock
from outreach.core.errors import TooOften
from outreach.core.i18n import gettext as _
from outreach.core.request import session, zone
from outreach.households.queries import resident_in_scope
from outreach.procedures import patience, queries, rules, services, words
from outreach.procedures.forms import DescriptionForm
from outreach.procedures.queries import Shown
from outreach.procedures.rules import PROGRAMME, Turn

bp = Blueprint("procedures", __name__)
office = allow(Role.LEADER, Role.OFFICER, Role.ADMINISTRATOR)


@bp.context_processor
def _words() -> dict[str, object]:
    return {"words": words, "help_labels": help_labels, "PROGRAMME": PROGRAMME, "rules": rules}


@bp.get("/procedures")
@office
def index() -> ResponseReturnValue:
    """Procedures that go on: whose turn, what next, when due."""
    args = request.args
    turn = args.get("turn", "")
    wanted = queries.Wanted(
        state=args.get("state", "") if args.get("state") in programmes()[PROGRAMME].states else "",
        turn=Turn(turn) if turn in set(Turn) else None,
        late=args.get("late") == "yes",
        page=args.get("page", 1, type=int),
    )
    return render_template(
        "procedures/index.html",
        found=queries.procedures(session(), wanted, actor=actor(), today=_today()),
        counts=queries.counts(session(), actor=actor()),
        wanted=wanted,
        programme=programmes()[PROGRAMME],
        today=_today(),
    )


def _today() -> date:
    return clock.today(zone())


@bp.get("/procedures/<uuid:case_id>")
@office
def show(case_id: UUID) -> ResponseReturnValue:
    """One procedure: its papers, what is next, and the resident's link."""
    return _page(_one(case_id))


def _one(case_id: UUID) -> Shown:
    return queries.one(session(), case_id, actor=actor(), today=clock.today(zone()))


def _page(
    found: Shown, form: DescriptionForm | None = None, status: int = 200
) -> ResponseReturnValue:
    known = found.procedure
    papers = "\n".join(str(paper["name"]) for paper in (known.papers if known else ()))
    given = {"title": known.title if known else "", "papers": papers}
    page = render_template(
        "procedures/show.html", one=found, form=form or DescriptionForm(data=given)
    )
    return page, status


@bp.post("/procedures/<uuid:case_id>")
@office
def describe(case_id: UUID) -> ResponseReturnValue:
    """Its name and papers, and which of them are there."""
    found, form = _one(case_id), DescriptionForm(request.form)
    if not form.validate():
        return _page(found, form, 422)
    description = form.description(request.form.getlist("got"))
    services.describe(session(), found.case, description, actor=actor(), now=clock.now())
    flash(_("Saved."), "ok")
    return redirect(url_for("procedures.show", case_id=case_id), 303)


@bp.get("/procedures/new/<uuid:resident_id>")
@office
def new(resident_id: UUID) -> ResponseReturnValue:
    """A form for somebody's next procedure."""
    return _new_page(resident_id, DescriptionForm(data={"form_id": uuid4()}))


def _new_page(resident_id: UUID, form: DescriptionForm, status: int = 200) -> ResponseReturnValue:
    resident = resident_in_scope(session(), resident_id, actor=actor())
    known = [queries.shown(one, None, clock.today(zone())) for one in
             queries.of_resident(session(), resident_id) if one.state]  # fmt: skip
    page = render_template("procedures/new.html", resident=resident, form=form, known=known)
    return page, status


@bp.post("/procedures/new/<uuid:resident_id>")
@office
def begin(resident_id: UUID) -> ResponseReturnValue:
    """Begin it: a dossier of its own beside those there are."""
    form = DescriptionForm(request.form)
    resident = resident_in_scope(session(), resident_id, actor=actor())
    if not form.validate():
        return _new_page(resident_id, form, 422)
    try:
        made = services.begin(
            session(), resident, form.description(), form_id=form.form_id.data or uuid4(),
            actor=actor(), now=clock.now(),
        )  # fmt: skip
    except (WrongMove, Clash) as refusal:
        form.form_errors.append(str(refusal))
        return _new_page(resident_id, form, 422)
    flash(_("The procedure is begun."), "ok")
    return redirect(url_for("procedures.show", case_id=made.case_id), 303)


@bp.get("/procedures/<uuid:case_id>/slip")
@office
def slip(case_id: UUID) -> ResponseReturnValue:
    """The paper that the resident keeps."""
    found = _one(case_id)
    if found.procedure is None:
        return redirect(url_for("procedures.show", case_id=case_id), 303)
    path = url_for("procedures.follow", link=found.procedure.link)
    base = current_app.settings.public_url.rstrip("/") or request.host_url.rstrip("/")  # type: ignore[attr-defined]
    code = segno.make(f"{base}{path}", error="m", micro=False)
    qr = code.svg_data_uri(scale=6, border=3, light="#fff", dark="#000")
    return render_template("procedures/slip.html", one=found, url=f"{base}{path}", qr=qr)


@bp.post("/procedures/<uuid:case_id>/link")
@office
def renew(case_id: UUID) -> ResponseReturnValue:
    """A new link; the old slip leads nowhere."""
    found = _one(case_id)
    if found.procedure is not None:
        services.new_link(session(), found.procedure, actor=actor(), now=clock.now())
        flash(_("The old link no longer works. Print a new slip."), "ok")
    return redirect(url_for("procedures.show", case_id=case_id), 303)


@bp.get("/follow/<uuid:link>")
@public
def follow(link: UUID) -> ResponseReturnValue:
    """How far it is, for whoever holds the slip: no sign-in, no script, nobody's name."""
    asker = request.remote_addr or ""
    if seconds := patience.wait(asker, clock.now()):
        raise TooOften(_("Too many wrong tries. Please wait a minute."), retry_after=seconds)
    found = queries.by_link(session(), link, today=clock.today(zone()))
    if found is None:
        patience.missed(asker, clock.now())
        return render_template("procedures/follow.html", one=None, hotline=_hotline(None)), 404
    one, hotline = found
    return render_template("procedures/follow.html", one=one, hotline=_hotline(hotline))


def _hotline(own: str | None) -> str:
    return own or str(current_app.settings.hotline)  # type: ignore[attr-defined]
