"""Handing a case to a partner from its page, and taking it back."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.access import actor
from outreach.assistance import labels
from outreach.assistance import queries as assistance
from outreach.assistance.models import Case
from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _
from outreach.core.request import session
from outreach.households.models import ConsentMeans
from outreach.partners import queries, services, words
from outreach.partners.forms import HandOverForm
from outreach.partners.views.blueprint import acting, bp, desk


@bp.get("/hand-overs/<uuid:case_id>")
@desk
def case(case_id: UUID) -> ResponseReturnValue:
    """To whom this case is handed, and the form for another."""
    return _page(assistance.case_in_scope(session(), case_id, actor=actor()), HandOverForm())


def _page(found: Case, form: HandOverForm, status: int = 200) -> ResponseReturnValue:
    partners = queries.partners_for(session(), found)
    _offered(found, form)
    programme = labels.programme(found.programme)
    page = render_template(
        "partners/hand_over.html",
        case=found,
        form=form,
        partners=partners,
        sentences=[(one, words.sentence(one.name, programme)) for one in partners],
        hand_overs=queries.hand_overs(session(), case=found),
    )
    return page, status


def _offered(found: Case, form: HandOverForm) -> HandOverForm:
    living = [one for one in found.household.residents if one.left_at is None]
    people = [found.resident] if found.resident else living
    return form.offer(queries.partners_for(session(), found), people)


@bp.post("/hand-overs/<uuid:case_id>")
@desk
def hand_over(case_id: UUID) -> ResponseReturnValue:
    """Hand it over, with the answer that was given."""
    found = assistance.case_in_scope(session(), case_id, actor=actor())
    form = _offered(found, HandOverForm(request.form))
    if not form.validate():
        return _page(found, form, 422)
    partner = next(one for one in queries.partners_for(session(), found)
                   if str(one.id) == form.partner_id.data)  # fmt: skip
    try:
        with session().begin_nested():
            services.hand_over(
                session(), found, partner, UUID(form.resident_id.data),
                means=ConsentMeans(form.means.data), given_by=form.given_by.data or "", **acting(),
            )  # fmt: skip
    except Refusal as refusal:
        form.form_errors.append(str(refusal))
        return _page(found, form, 422)
    flash(_("Handed over to %(partner)s.", partner=partner.name), "ok")
    return redirect(url_for("partners.case", case_id=found.id), 303)


@bp.post("/hand-overs/<uuid:hand_over_id>/end")
@desk
def end_hand_over(hand_over_id: UUID) -> ResponseReturnValue:
    """Take it back: the partner no longer finds it."""
    row = queries.hand_over_in_scope(session(), hand_over_id, actor=actor())
    services.end_hand_over(session(), row, **acting())
    flash(_("Taken back. The partner no longer sees it."), "ok")
    return redirect(url_for("partners.case", case_id=row.case_id), 303)
