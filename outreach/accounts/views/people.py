"""The office's register of accounts."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts import queries, rules, scopes, services
from outreach.accounts.access import actor, allow
from outreach.accounts.forms import PersonForm, role_name
from outreach.accounts.models import Role, User
from outreach.accounts.views import invitations
from outreach.accounts.views.blueprint import bp
from outreach.core import clock, phones
from outreach.core.i18n import gettext as _
from outreach.core.request import session
from outreach.places.models import Area

office = allow(Role.ADMINISTRATOR, Role.OFFICER)


def standing_name(standing: queries.Standing) -> str:
    """How far an account has come, in words."""
    return {
        queries.Standing.ACTIVE: _("Active"),
        queries.Standing.INVITED: _("Invited"),
        queries.Standing.WAITING: _("Not invited yet"),
        queries.Standing.OFF: _("Switched off"),
    }[standing]


def uuid_or_none(text: str | None) -> UUID | None:
    """An id from a query string; nonsense is none."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def page_number() -> int:
    """The page asked for; the first when that is no number."""
    return max(1, min(request.args.get("page", 1, type=int), 100_000))


@bp.get("/accounts")
@office
def index() -> ResponseReturnValue:
    """Everybody the actor may know of."""
    args = request.args
    wanted = queries.Wanted(
        text=args.get("q", "").strip()[:80],
        role=Role(args["role"]) if args.get("role") in set(Role) else None,
        standing=_standing(args.get("standing")),
        area=_area(args.get("area")),
    )
    listed = queries.register(session(), wanted, actor=actor(), now=clock.now(), page=page_number())
    choice = scopes.to_choose(session(), actor=actor())
    return render_template(
        "accounts/index.html",
        listed=listed,
        wanted=wanted,
        choice=choice,
        page=page_number(),
        roles=[(role.value, role_name(role)) for role in Role],
        standings=[(s.value, standing_name(s)) for s in queries.Standing],
        role_name=role_name,
        standing_name=standing_name,
    )


def _standing(text: str | None) -> queries.Standing | None:
    return queries.Standing(text) if text in set(queries.Standing) else None


def _area(text: str | None) -> Area | None:
    wanted = uuid_or_none(text)
    return scopes.area_in_scope(session(), wanted, actor=actor()) if wanted else None


def _form(user: User | None = None) -> tuple[PersonForm, scopes.Choice]:
    """The form filled from the request or the account, offering what the actor may give."""
    within = uuid_or_none(request.args.get("area"))
    choice = scopes.to_choose(
        session(), actor=actor(), within=within, find=request.args.get("find", "")[:80]
    )
    data = request.form if request.method == "POST" else None
    form = PersonForm(data, data=_stored(user) if user else {"area_id": within or ""})
    options = choice.options()
    if user and user.area and str(user.area_id) not in dict(options):
        options.insert(0, (str(user.area_id), scopes.with_parent(user.area)))
    # a clerk is nobody without a partner: added on the partner's page, and clerks they stay
    kept = {Role.PARTNER} if user and user.role is Role.PARTNER else set(Role) - {Role.PARTNER}
    grantable = [role for role in Role if role in rules.GRANTS[actor().role] & kept]
    form.offer(grantable or [actor().role], options)
    return form, choice


def _stored(user: User) -> dict[str, object]:
    return {
        "name": user.name,
        "phone": phones.display(user.phone),
        "role": user.role.value,
        "area_id": str(user.area_id or ""),
        "language": user.language,
    }


@bp.get("/accounts/new")
@office
def new() -> ResponseReturnValue:
    """A form for somebody new."""
    form, choice = _form()
    return render_template("accounts/new.html", form=form, choice=choice)


@bp.post("/accounts/new")
@office
def create() -> ResponseReturnValue:
    """Make the account and its first invitation."""
    form, choice = _form()
    if form.validate():
        try:
            user = services.add(session(), form.person(), actor=actor(), now=clock.now())
        except services.PhoneTaken as taken:
            form.phone.errors = [str(taken)]
        else:
            return _invited(user)
    return render_template("accounts/new.html", form=form, choice=choice), 422


def _invited(user: User) -> ResponseReturnValue:
    issued = services.invite(session(), user, actor=actor(), now=clock.now())
    return invitations.made(issued, back=url_for("accounts.show", user_id=user.id))


def _found(user_id: UUID) -> User:
    return queries.user_in_scope(session(), user_id, actor=actor())


def _page(user: User, form: PersonForm, choice: scopes.Choice) -> str:
    now = clock.now()
    return render_template(
        "accounts/show.html",
        user=user,
        form=form,
        choice=choice,
        devices=queries.devices_of(session(), user, now=now),
        standing=queries.standing_of(session(), user, now=now),
        mine=rules.may_administer(actor(), user),
        role_name=role_name,
        standing_name=standing_name,
    )


@bp.get("/accounts/<uuid:user_id>")
@office
def show(user_id: UUID) -> ResponseReturnValue:
    """One account: what it says, its devices, and what can be done about it."""
    user = _found(user_id)
    return _page(user, *_form(user))


@bp.post("/accounts/<uuid:user_id>")
@office
def update(user_id: UUID) -> ResponseReturnValue:
    """Change what an account says."""
    user = _found(user_id)
    services.refuse_unless_administered(user, actor=actor())
    form, choice = _form(user)
    if form.validate():
        try:
            services.edit(session(), user, form.person(), actor=actor(), now=clock.now())
        except services.PhoneTaken as taken:
            form.phone.errors = [str(taken)]
        except services.Locked as refusal:
            form.form_errors.append(str(refusal))
        else:
            return _back(user, _("Saved."))
    return _page(user, form, choice), 422


def _back(user: User, message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("accounts.show", user_id=user.id), 303)


@bp.post("/accounts/<uuid:user_id>/invite")
@office
def invite(user_id: UUID) -> ResponseReturnValue:
    """A new invitation, for a first or a forgotten password."""
    return _invited(_found(user_id))


@bp.post("/accounts/<uuid:user_id>/deactivate")
@office
def deactivate(user_id: UUID) -> ResponseReturnValue:
    """Switch an account off."""
    user = _found(user_id)
    services.deactivate(session(), user, actor=actor(), now=clock.now())
    return _back(user, _("The account is switched off and signed out everywhere."))


@bp.post("/accounts/<uuid:user_id>/reactivate")
@office
def reactivate(user_id: UUID) -> ResponseReturnValue:
    """Switch an account on again."""
    user = _found(user_id)
    services.reactivate(session(), user, actor=actor(), now=clock.now())
    return _back(user, _("The account is switched on again."))


@bp.post("/accounts/<uuid:user_id>/revoke")
@office
def revoke_devices(user_id: UUID) -> ResponseReturnValue:
    """Sign somebody out of every device."""
    user = _found(user_id)
    services.revoke_all(session(), user, actor=actor(), now=clock.now())
    return _back(user, _("Signed out of every device."))
