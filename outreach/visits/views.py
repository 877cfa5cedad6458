"""The volunteer's phone: the day, a home's card, the report; and reports as a list for leaders."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from outreach.accounts.access import actor, allow
from outreach.accounts.models import Role, User
from outreach.assistance import labels as help_labels
from outreach.assistance.catalogue import programmes
from outreach.assistance.services import Clash, WrongMove
from outreach.core import clock, replay
from outreach.core.errors import Conflict, Refusal
from outreach.core.i18n import gettext as _
from outreach.core.i18n import ngettext
from outreach.core.replay import replayable
from outreach.core.request import session, wants_json, zone
from outreach.households.wording import HAZARDS
from outreach.rounds import sentences
from outreach.rounds.queries import claims
from outreach.teams import queries as teams
from outreach.visits import forms, labels, queries, rules, services
from outreach.visits.models import Outcome, Report

bp = Blueprint("visits", __name__)
WALKERS = (Role.VOLUNTEER, Role.LEADER)
OFFICE = (Role.LEADER, Role.OFFICER, Role.ADMINISTRATOR)


@bp.context_processor
def words() -> dict[str, object]:
    """What the templates of the day and the card speak with."""
    return {
        "labels": labels,
        "help_labels": help_labels,
        "hazards": HAZARDS,
        "house_number": rules.house_number,
        "why": sentences.why,
    }


@bp.get("/today")
@allow(*WALKERS)
def today() -> Response:
    """The volunteer's routes of a day, today's unless another is asked for."""
    found = queries.day_of(session(), actor(), _asked_day() or clock.today(zone()))
    answer = make_response(day_page(found))
    answer.headers["Outreach-Route"] = found.version
    answer.add_etag(weak=True)
    return answer.make_conditional(request)


def day_page(found: queries.Day) -> str:
    """The page of a day, also for a phone's pack."""
    return render_template(
        "visits/today.html",
        found=found,
        today=clock.today(zone()),
        before=found.day - timedelta(days=1),
        after=found.day + timedelta(days=1),
        logged=_logged(),
        offered=_is_offered(found),
    )


def _is_offered(found: queries.Day) -> bool:
    """Whether somebody without work may take more homes."""
    if found.day != clock.today(zone()) or found.done < found.total:
        return False
    mine = [team.id for team in teams.of_volunteer(session(), actor())]
    return claims.is_offered(session(), actor(), mine)


@bp.get("/stops/<uuid:stop_id>")
@allow(*WALKERS)
def stop(stop_id: UUID) -> str:
    """One home's card with its two big answers."""
    return _card(stop_id)


@bp.post("/stops/<uuid:stop_id>/report")
@allow(*WALKERS)
@replayable
def report(stop_id: UUID) -> ResponseReturnValue:
    """Store what happened; the same form again is answered the same."""
    form, filled = forms.read_report(request.form, stop_id=stop_id)
    if filled is None:
        return _shown_again(stop_id, form, 422)
    now = clock.now()
    try:
        receipt = services.log_visit(
            session(), filled,
            actor=actor(), now=now, zone=zone(), ahead=replay.clock_ahead(now),
        )  # fmt: skip
    except (services.Reused, Clash, WrongMove) as refusal:  # raised before anything was written
        return _refused(stop_id, form, refusal)
    if wants_json():
        return replay.receipt(
            receipt.report_id, receipt.stored_at, again=receipt.again, undone=receipt.undone
        )
    return _onward(stop_id, receipt)


def _refused(stop_id: UUID, form: forms.ReportForm | None, refusal: Refusal) -> ResponseReturnValue:
    form = form or forms.report_form(request.form)
    form.form_errors.append(str(refusal))
    return _shown_again(stop_id, form, 409 if isinstance(refusal, Conflict) else 422, refusal.code)


def _shown_again(
    stop_id: UUID, form: forms.ReportForm | None, status: int, code: str = "invalid"
) -> ResponseReturnValue:
    """The same card with what is wrong and what was chosen, under a new id."""
    assert form
    if wants_json():
        return replay.invalid(form, status, code)
    return _card(stop_id, form=form), status


def _card(stop_id: UUID, form: forms.ReportForm | None = None) -> str:
    card = queries.stop_card(session(), stop_id, actor=actor(), on=clock.today(zone()))
    return card_page(card, form)


def card_page(card: queries.StopCard, form: forms.ReportForm | None = None) -> str:
    """The page of a home, also for a phone's pack."""
    return render_template(
        "visits/stop.html",
        card=card,
        form=form,
        chosen=request.form,
        made_at=clock.now().astimezone(zone()).isoformat(timespec="seconds"),
        form_version=rules.FORM_VERSION,
        new_id=uuid4,
        logged=None if form else _logged(),
    )


def _onward(stop_id: UUID, receipt: services.Receipt) -> Response:
    """To the next home, which offers to take this report back."""
    if receipt.undone:
        flash(_("This report was taken back before. Please record the visit anew."), "warn")
        return redirect(url_for("visits.stop", stop_id=stop_id), 303)
    following = queries.next_stop(session(), stop_id)
    if following is None:
        return redirect(url_for("visits.today", logged=receipt.report_id), 303)
    return redirect(url_for("visits.stop", stop_id=following, logged=receipt.report_id), 303)


@bp.post("/reports/<uuid:report_id>/undo")
@allow(*WALKERS)
@replayable
def undo(report_id: UUID) -> ResponseReturnValue:
    """Take a report back and show its home again; a phone's may come before the report does."""
    if wants_json():
        done = services.recall_report(session(), report_id, actor=actor(), now=clock.now())
        return replay.receipt(done.report_id, done.at, again=done.again, undone=True)
    taken = services.undo_report(session(), report_id, actor=actor(), now=clock.now())
    flash(_("The report is taken back."), "ok")
    if request.form.get("back") == "list" or taken.stop_id is None:
        return redirect(url_for("visits.index"), 303)
    return redirect(url_for("visits.stop", stop_id=taken.stop_id), 303)


def _logged() -> Report | None:
    """The report that was just stored, if the address says so and it is the actor's."""
    asked = request.args.get("logged", type=UUID)
    found = queries.told(session(), asked, actor=actor()) if asked else None
    return found if found and found.undone_at is None else None


def _asked_day(name: str = "day") -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


@bp.get("/visits")
@allow(*OFFICE)
def index() -> str:
    """The reports behind a number: by day, team, volunteer, outcome, programme."""
    args = request.args
    first, last = _asked_day("from"), _asked_day("to")
    wanted = queries.Wanted(
        begins=clock.day_bounds(first, zone())[0] if first else None,
        ends=clock.day_bounds(last, zone())[1] if last else None,
        team_id=args.get("team", type=UUID),
        volunteer_id=args.get("volunteer", type=UUID),
        outcome=args.get("outcome", type=Outcome),
        programme=args.get("programme", ""),
        parallel="parallel" in args,
        undone="undone" in args,
        words=args.get("q", ""),
        page=args.get("page", 1, type=int),
    )
    return render_template(
        "visits/index.html",
        found=queries.listed(session(), wanted, actor=actor()),
        wanted=wanted,
        first=first,
        last=last,
        teams=teams.manageable(session(), actor()),
        programmes=programmes(),
        batch=_batch(wanted, first, last),
    )


def _batch(wanted: queries.Wanted, first: date | None, last: date | None) -> User | None:
    """Whose whole day the list shows, where a leader may take it back at once."""
    whole = first is not None and first == last and not (wanted.undone or wanted.narrowed)
    if not whole or wanted.volunteer_id is None or actor().role is not Role.LEADER:
        return None
    return queries.volunteer_in_scope(session(), wanted.volunteer_id, actor=actor())


@bp.post("/visits/roll-back")
@allow(Role.LEADER)
def roll_back() -> ResponseReturnValue:
    """Take back everything that one volunteer reported on one day."""
    form = forms.RollBackForm(request.form)
    if not form.validate():
        raise Refusal(_("This form is damaged. Please load the page again."))
    assert form.volunteer.data
    assert form.day.data
    volunteer = queries.volunteer_in_scope(session(), form.volunteer.data, actor=actor())
    bounds = clock.day_bounds(form.day.data, zone())
    count = services.roll_back(session(), volunteer, *bounds, actor=actor(), now=clock.now())
    text = ngettext("%(n)s report is taken back.", "%(n)s reports are taken back.", count)
    flash(text, "ok")
    return redirect(url_for("visits.index", volunteer=volunteer.id, undone=1), 303)
