"""Help given, at the desk: the funnel and worklist, a case with its history, a home's help."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from outreach.accounts import scopes
from outreach.accounts.access import actor, allow
from outreach.accounts.models import Role
from outreach.assistance import labels, queries, rules, services, slips
from outreach.assistance.catalogue import programmes
from outreach.assistance.definitions import Pillar, State, TypedField
from outreach.assistance.forms import StepForm
from outreach.assistance.models import Case, Evidence
from outreach.assistance.queries import HomeHelp, ProgrammeHelp, Wanted
from outreach.core import clock
from outreach.core.errors import Conflict, NotFound, Refusal
from outreach.core.i18n import gettext as _
from outreach.core.request import session, zone

bp = Blueprint("assistance", __name__, url_prefix="/help")
OFFICE = (Role.LEADER, Role.OFFICER, Role.ADMINISTRATOR)


@bp.record_once
def _read_definitions(_state: BlueprintSetupState) -> None:
    """A broken definition stops the program at its start, not a volunteer at a door."""
    programmes()


@bp.context_processor
def _words() -> dict[str, object]:
    return {"help_labels": labels}


@bp.get("")
@allow(*OFFICE)
def index() -> str:
    """How many cases stand where, and the cases behind one number."""
    args = request.args
    level = args.get("evidence", "")
    wanted = Wanted(
        programme=args.get("programme", "") if args.get("programme") in programmes() else "",
        state=args.get("state", ""),
        evidence=Evidence(level) if level in set(Evidence) else None,
        stopped={"yes": True, "no": False}.get(args.get("stopped", "")),
        words=args.get("q", ""),
        page=args.get("page", 1, type=int),
    )
    return render_template(
        "assistance/index.html",
        funnels=queries.funnel(session(), actor=actor()),
        found=queries.worklist(session(), wanted, actor=actor()),
        wanted=wanted,
        stopped=args.get("stopped", ""),
        programmes=programmes(),
    )


@bp.get("/pillars")
@allow(*OFFICE)
def pillars() -> ResponseReturnValue:
    """The four pillars of an area and of the units below: people and homes apart."""
    asked = request.args.get("area", type=UUID)
    if asked is None and actor().area is None:
        return redirect(url_for("places.index"), 303)
    area = scopes.area_in_scope(session(), asked, actor=actor()) if asked else actor().area
    assert area is not None
    return render_template(
        "assistance/pillars.html", card=queries.area_card(session(), area), pillar_names=Pillar
    )


@bp.get("/homes/<uuid:household_id>")
@allow(*OFFICE)
def home(household_id: UUID) -> str:
    """Who lives in a home, what each has and misses, and where each case is."""
    return render_template("assistance/home.html", home=_home(household_id))


@bp.get("/cases/<uuid:case_id>")
@allow(*OFFICE)
def case(case_id: UUID) -> ResponseReturnValue:
    """One case with its steps, and a form for the next."""
    found = queries.case_in_scope(session(), case_id, actor=actor())
    return _case_page(found.household_id, found.programme, found.resident_id, found)


@bp.get("/homes/<uuid:household_id>/<programme>/<who>")
@allow(*OFFICE)
def begin(household_id: UUID, programme: str, who: str) -> ResponseReturnValue:
    """The same page before a case has begun. `who` is a resident's id or `home`."""
    return _case_page(household_id, programme, _who(who), None)


@bp.post("/homes/<uuid:household_id>/<programme>/<who>")
@allow(*OFFICE)
def record(household_id: UUID, programme: str, who: str) -> ResponseReturnValue:
    """Record one step from the desk."""
    found = _numbered(household_id, programme, _who(who))
    one = _one(_home(household_id), programme, _who(who), found)
    form = _form(one)
    if not _is_valid(one, form):
        return _case_page(household_id, programme, _who(who), found, form, 422)
    try:
        _record(household_id, one, found, form)
    except (
        services.AlreadyHelped,
        services.WrongMove,
        services.Clash,
        services.TooEarly,
    ) as refusal:  # raised before anything was written
        return _refused(household_id, one, found, form, refusal)
    flash(_("The step is recorded."), "ok")
    return redirect(url_for("assistance.home", household_id=household_id), 303)


def _numbered(household_id: UUID, programme: str, resident_id: UUID | None) -> Case | None:
    """The case that the form names, where somebody has several of one programme."""
    dossier = request.form.get("dossier", type=int)
    if dossier is None:
        return None
    found = queries.case_of(session(), household_id, programme, resident_id, dossier)
    if found is None:
        raise NotFound(_("There is no such help, or it is not yours."))
    return found


def _is_valid(one: ProgrammeHelp, form: StepForm) -> bool:
    if not form.validate():
        return False
    if wrong := form.slip_problem(one, request.form):
        form.form_errors.append(wrong)
    return not wrong


def _record(household_id: UUID, one: ProgrammeHelp, found: Case | None, form: StepForm) -> None:
    now = clock.now()
    step = form.step(one, request.form, zone(), now)
    dossier = found.dossier if found else None
    looked = bool(form.double_checked.data)
    step = replace(step, help=replace(step.help, dossier=dossier), acknowledged=looked)
    services.record_at_desk(session(), household_id, step, actor=actor(), now=now)


def _refused(
    household_id: UUID, one: ProgrammeHelp, found: Case | None, form: StepForm, refusal: Refusal
) -> ResponseReturnValue:
    form.form_errors.append(str(refusal))
    form.asks_twice = isinstance(refusal, services.AlreadyHelped)
    status = 409 if isinstance(refusal, Conflict | services.AlreadyHelped) else 422
    return _case_page(household_id, one.programme.code, one.resident_id, found, form, status)


@bp.post("/steps/<uuid:step_id>/undo")
@allow(*OFFICE)
def undo(step_id: UUID) -> Response:
    """Take a step back."""
    step = services.take_back_at_desk(session(), step_id, actor=actor(), now=clock.now())
    flash(_("The step is taken back."), "ok")
    return redirect(url_for("assistance.case", case_id=step.case_id), 303)


def _case_page(  # noqa: PLR0917 - the parts of one page
    household_id: UUID,
    programme: str,
    resident_id: UUID | None,
    found: Case | None,
    form: StepForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    home_ = _home(household_id)
    one = _one(home_, programme, resident_id, found)
    found = found or queries.case_of(session(), household_id, programme, resident_id)
    page = render_template(
        "assistance/case.html",
        home=home_,
        one=one,
        person=next((p for p in home_.people if p.resident.id == resident_id), None),
        case=found,
        missing=_missing(one, found),
        slips=_slips(one),
        chosen=request.form,
        steps=queries.steps_of(session(), found) if found else (),
        clocks=queries.clocks_of(session(), found, today=clock.today(zone())) if found else (),
        form=form or _form(one),
        new_id=uuid4(),
        case_id=found.id if found else None,
        dossier=found.dossier if found and one.programme.repeats else "",
    )
    return page, status


def _missing(one: ProgrammeHelp, found: Case | None) -> list[TypedField]:
    """Required fields of the present state that no step has told, as from a phone at a door."""
    if one.state is None or found is None:
        return []
    return slips.missing(one.programme, one.state.code, found.typed)


def _slips(one: ProgrammeHelp) -> list[State]:
    """States that may come next, and the present one, that something is ticked or typed with."""
    states = [*(move.state for move in one.moves), *([one.state] if one.state else ())]
    return list({s.code: s for s in states if one.programme.has_slip(s)}.values())


def _form(one: ProgrammeHelp) -> StepForm:
    form = StepForm(
        request.form,
        day=clock.today(zone()),
        evidence="declared",
        channel="desk",
        move=request.args.get("move", ""),  # what a worklist offers
    )
    form.offer(one, may_confirm=rules.may_give(actor().role, Evidence.CONFIRMED))
    return form


def _home(household_id: UUID) -> HomeHelp:
    household = queries.household_in_scope(session(), household_id, actor=actor())
    today = clock.today(zone())
    return queries.helps_of_homes(session(), [household], on=today)[household.id]


def _one(
    home_: HomeHelp, code: str, resident_id: UUID | None, found: Case | None = None
) -> ProgrammeHelp:
    """A programme for somebody in the home (as far as this case of it is), or `NotFound`."""
    helps = [*home_.programmes, *(one for person in home_.people for one in person.programmes)]
    for one in helps:
        if one.programme.code == code and one.resident_id == resident_id:
            return queries.of_case(one, found, on=clock.today(zone())) if found else one
    raise NotFound(_("There is no such help, or it is not yours."))


def _who(text: str) -> UUID | None:
    if text == "home":
        return None
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(_("There is no such help, or it is not yours.")) from error
