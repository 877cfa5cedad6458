"""The office's pages of partners: what they may do, their clerks, their hand-overs."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts import scopes
from outreach.accounts.access import actor
from outreach.accounts.services import PhoneTaken
from outreach.accounts.views import invitations
from outreach.assistance.catalogue import programmes
from outreach.core.i18n import gettext as _
from outreach.core.request import session
from outreach.partners import queries, services
from outreach.partners.forms import ClerkForm, PartnerForm
from outreach.partners.models import Partner
from outreach.partners.views.blueprint import acting, bp, office


@bp.get("/partners")
@office
def index() -> ResponseReturnValue:
    """Partners of the area, and a form for another."""
    return _index(PartnerForm())


def _index(form: PartnerForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "partners/index.html",
        form=_offered(form),
        partners=queries.partners(session(), actor=actor()),
    )
    return page, status


def _offered(form: PartnerForm) -> PartnerForm:
    top = actor().area
    choice = scopes.to_choose(session(), actor=actor(), within=top.id if top else None)
    return form.offer(choice.areas)


@bp.post("/partners")
@office
def create() -> ResponseReturnValue:
    """A new partner, who may at first do what is usual for its kind."""
    form = _offered(PartnerForm(request.form))
    if not form.validate():
        return _index(form, 422)
    partner = services.add(session(), form.facts(usual=True), **acting())
    session().flush()
    flash(_("The partner is added. Now invite its clerks."), "ok")
    return redirect(url_for("partners.show", partner_id=partner.id), 303)


def _found(partner_id: UUID) -> Partner:
    return queries.partner_in_scope(session(), partner_id, actor=actor())


@bp.get("/partners/<uuid:partner_id>")
@office
def show(partner_id: UUID) -> ResponseReturnValue:
    """One partner."""
    return _page(_found(partner_id))


def _page(
    partner: Partner,
    form: PartnerForm | None = None,
    clerk_form: ClerkForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    known = {
        "name": partner.name,
        "kind": partner.kind.value,
        "area_id": str(partner.area_id),
        "grants": [f"{code}.{one}" for code, states in partner.grants.items() for one in states],
    }
    page = render_template(
        "partners/show.html",
        partner=partner,
        form=_offered(form or PartnerForm(data=known)),
        clerk_form=clerk_form or ClerkForm(),
        clerks=queries.clerks(session(), partner),
        hand_overs=queries.hand_overs(session(), partner=partner),
        programmes=programmes(),
    )
    return page, status


@bp.post("/partners/<uuid:partner_id>")
@office
def update(partner_id: UUID) -> ResponseReturnValue:
    """Change what a partner may do."""
    partner, form = _found(partner_id), _offered(PartnerForm(request.form))
    if not form.validate():
        return _page(partner, form, status=422)
    services.edit(session(), partner, form.facts(), **acting())
    flash(_("Saved."), "ok")
    return redirect(url_for("partners.show", partner_id=partner.id), 303)


@bp.post("/partners/<uuid:partner_id>/clerks")
@office
def invite(partner_id: UUID) -> ResponseReturnValue:
    """An account for a clerk; the answer is the page with the link and the PIN."""
    partner, form = _found(partner_id), ClerkForm(request.form)
    if not form.validate():
        return _page(partner, clerk_form=form, status=422)
    try:
        issued = services.add_clerk(
            session(), partner, name=form.name.data or "", phone=form.phone.e164,
            language=form.language.data or "vi", **acting(),
        )  # fmt: skip
    except PhoneTaken as taken:
        form.phone.errors = [str(taken)]
        return _page(partner, clerk_form=form, status=422)
    return invitations.made(issued, back=url_for("partners.show", partner_id=partner.id))


@bp.post("/partners/<uuid:partner_id>/end")
@office
def end(partner_id: UUID) -> ResponseReturnValue:
    """The work together is over."""
    services.end(session(), _found(partner_id), **acting())
    flash(_("The partner is ended. Its clerks see nobody any more."), "ok")
    return redirect(url_for("partners.index"), 303)
