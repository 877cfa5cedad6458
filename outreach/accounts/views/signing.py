"""Signing in and out, and how pages look to this browser."""

from __future__ import annotations

from typing import cast

from flask import (
    Response,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from outreach.accounts import login, rules, services
from outreach.accounts.access import actor, actor_or_none, device, public, signed_in
from outreach.accounts.forms import DisplayForm, LanguageForm, SignInForm
from outreach.accounts.views.blueprint import bp, remember
from outreach.core import clock, i18n
from outreach.core.errors import Refusal, TooOften
from outreach.core.i18n import gettext as _
from outreach.core.request import session


def caller() -> services.Caller:
    """Where this request comes from."""
    key = cast("str", current_app.secret_key)
    return services.Caller(request.remote_addr or "", key)


def label() -> str:
    """What this browser is."""
    return rules.device_label(request.headers.get("User-Agent", ""))


def entered(found: services.Entered, onward: str) -> Response:
    """The answer that leaves somebody signed in, in their own language; who was before is out."""
    if (before := g.get("device")) is not None:
        services.sign_out(session(), before, actor=before.user, now=clock.now())
    login.enter(found.device, found.token)
    response = cast("Response", redirect(onward, 303))
    if "language" not in request.cookies:
        remember(response, language=found.user.language)
    return response


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """The way in."""
    onward = rules.local_path(request.args.get("next")) or "/"
    if actor_or_none() is not None:
        return redirect(onward, 303)
    return render_template("accounts/sign_in.html", form=SignInForm(data={"next": onward}))


@bp.post("/sign-in")
@public
def sign_in_submit() -> ResponseReturnValue:
    """Check number and password. A wrong one is remembered, so it is answered and not raised."""
    form = SignInForm(request.form)
    found = None
    if form.validate():
        try:
            found = _try(form)
        except TooOften as refusal:
            return _too_often(form, refusal)
        if found is None:
            form.form_errors.append(_("This number and password do not belong together."))
    if found is None:
        return render_template("accounts/sign_in.html", form=form), 422
    return entered(found, rules.local_path(form.next.data) or "/")


def _try(form: SignInForm) -> services.Entered | None:
    return services.sign_in(
        session(),
        phone=form.phone.e164,
        password=form.password.data or "",
        caller=caller(),
        label=label(),
        now=clock.now(),
    )


def _too_often(form: SignInForm, refusal: TooOften) -> ResponseReturnValue:
    form.form_errors.append(str(refusal))
    page = render_template("accounts/sign_in.html", form=form)
    return page, 429, {"Retry-After": str(refusal.retry_after)}


@bp.post("/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    """End this browser's session."""
    services.sign_out(session(), device(), actor=actor(), now=clock.now())
    login.leave()
    flash(_("You have signed out."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


@bp.post("/language")
@public
def language() -> ResponseReturnValue:
    """Choose the language, signed in or not."""
    form = LanguageForm(request.form)
    if not form.validate():
        raise Refusal(_("Please choose one of the languages."))
    i18n.speak(form.language.data)
    if (who := actor_or_none()) is not None:
        services.speak(session(), form.language.data, actor=who, now=clock.now())
    response = make_response(redirect(rules.local_path(form.next.data) or "/", 303))
    remember(response, language=form.language.data)
    return response


@bp.post("/display")
@signed_in
def display() -> ResponseReturnValue:
    """Choose text size and contrast for this browser."""
    form = DisplayForm(request.form)
    if not form.validate():
        raise Refusal(_("Please choose one of the sizes and contrasts."))
    response = make_response(redirect(url_for("accounts.me"), 303))
    remember(response, text=form.text.data, contrast=form.contrast.data)
    flash(_("Saved."), "success")
    return response
