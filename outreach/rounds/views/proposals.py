"""Other plans for a round: asked for, looked at as a difference, accepted or thrown away."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from outreach.accounts.access import actor, allow
from outreach.core import clock
from outreach.core.i18n import gettext as _
from outreach.core.request import session, zone
from outreach.rounds import queries, sentences, services
from outreach.rounds.forms import DecisionForm, IllForm, ProposalForm
from outreach.rounds.models import Mode, Proposal, Round
from outreach.rounds.services import Terms
from outreach.rounds.views.blueprint import OFFICE, bp, found, read


def _to_proposal(round_: Round) -> Response:
    return redirect(url_for("rounds.proposal", round_id=round_.id), 303)


@bp.post("/<uuid:round_id>/proposal")
@allow(*OFFICE)
def propose(round_id: UUID) -> Response:
    """Ask for another plan; nothing changes until it is accepted."""
    round_, form = found(round_id), read(ProposalForm)
    services.propose(session(), round_, Terms(Mode(form.mode.data)), actor=actor(), now=clock.now())
    return _to_proposal(round_)


@bp.post("/<uuid:round_id>/routes/<uuid:route_id>/ill")
@allow(*OFFICE)
def ill(round_id: UUID, route_id: UUID) -> Response:
    """Somebody is ill today: propose who takes over what they had left."""
    round_, form = found(round_id), read(IllForm)
    terms = Terms.ill(route_id, form.most.data)
    services.propose(session(), round_, terms, actor=actor(), now=clock.now())
    return _to_proposal(round_)


@bp.get("/<uuid:round_id>/proposal")
@allow(*OFFICE)
def proposal(round_id: UUID) -> str | Response:
    """How far it is, or what it would change for whom."""
    round_ = found(round_id)
    other = queries.proposal_of(session(), round_)
    if other is None:
        return redirect(url_for("rounds.show", round_id=round_.id), 303)
    if other.ready_at is None:
        planning = queries.planning_of(session(), round_)
        return render_template(
            "rounds/proposing.html", round=round_, proposal=other, planning=planning, say=sentences
        )
    return _shown(round_, other)


def _shown(round_: Round, other: Proposal) -> str:
    diff = queries.diff(session(), round_, other, zone=zone())
    return render_template(
        "rounds/proposal.html",
        round=round_,
        proposal=other,
        diff=diff,
        names=queries.names_for(
            session(), round_, [missed.facts for _home, missed in diff.dropped]
        ),
        stale=other.revision != round_.revision,
        say=sentences,
    )


@bp.post("/<uuid:round_id>/proposal/accept")
@allow(*OFFICE)
def accept(round_id: UUID) -> Response:
    """Walk it so from now on, unless the round has changed since."""
    round_, form = found(round_id), read(DecisionForm)
    assert form.proposal.data is not None
    taken = services.accept(
        session(), round_, form.proposal.data, actor=actor(), now=clock.now(), zone=zone()
    )
    if taken:
        flash(_("The proposal is the plan now."), "ok")
        return redirect(url_for("rounds.show", round_id=round_.id), 303)
    text = _(
        "The round has changed since this was worked out, so nothing was changed. "
        "A new proposal is on its way."
    )
    flash(text, "warn")
    return _to_proposal(round_)


@bp.post("/<uuid:round_id>/proposal/drop")
@allow(*OFFICE)
def drop(round_id: UUID) -> Response:
    """Throw it away; the plan stays as it is."""
    round_ = found(round_id)
    services.throw_away(session(), round_, actor=actor(), now=clock.now())
    flash(_("Thrown away. The plan stays as it is."), "ok")
    return redirect(url_for("rounds.show", round_id=round_.id), 303)
