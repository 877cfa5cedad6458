"""Who walks a route: alone or in a pair, when they rest, how much they can bear."""

from __future__ import annotations

from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue

from outreach.accounts.access import allow
from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _
from outreach.core.i18n import ngettext
from outreach.rounds import services
from outreach.rounds.forms import JoinForm, LimitsForm
from outreach.rounds.views.blueprint import OFFICE, back_to, bp, edit_of, found, read


@bp.post("/<uuid:round_id>/routes/<uuid:route_id>/join")
@allow(*OFFICE)
def join(round_id: UUID, route_id: UUID) -> ResponseReturnValue:
    """Somebody goes along."""
    round_, form = found(round_id), read(JoinForm)
    assert form.person.data is not None
    route = services.join(edit_of(round_, form), route_id, form.person.data)
    flash(_("%(names)s go together.", names=route.names), "ok")
    return back_to(round_)


@bp.post("/<uuid:round_id>/routes/<uuid:route_id>/part")
@allow(*OFFICE)
def part(round_id: UUID, route_id: UUID) -> ResponseReturnValue:
    """One of a pair goes no further with the other."""
    round_, form = found(round_id), read(JoinForm)
    assert form.person.data is not None
    homes = services.part(edit_of(round_, form), route_id, form.person.data)
    text = ngettext(
        "They no longer go together. %(n)s home that needs a pair went to others or is left out.",
        "They no longer go together. %(n)s homes that need a pair went to others or are left out.",
        homes,
    )
    flash(text if homes else _("They no longer go together."), "warn" if homes else "ok")
    return back_to(round_)


@bp.post("/<uuid:round_id>/routes/<uuid:route_id>/limits")
@allow(*OFFICE)
def limit(round_id: UUID, route_id: UUID) -> ResponseReturnValue:
    """When they rest, and how much they can bear today."""
    round_, form = found(round_id), LimitsForm(request.form)
    if not form.validate():
        raise Refusal(" ".join(str(one) for field in form for one in field.errors))
    services.limit(edit_of(round_, form), route_id, form.limits())
    flash(_("Saved. The next plan keeps to it."), "ok")
    return back_to(round_)
