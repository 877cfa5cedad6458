"""One's own account: devices, password, language, display."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts import queries, services
from outreach.accounts.access import actor, device, signed_in
from outreach.accounts.forms import DisplayForm, LanguageForm, PasswordForm
from outreach.accounts.views.blueprint import bp
from outreach.accounts.views.signing import caller
from outreach.core import clock, i18n
from outreach.core.i18n import gettext as _
from outreach.core.request import session


def _page(form: PasswordForm) -> str:
    cookies = request.cookies
    return render_template(
        "accounts/me.html",
        form=form,
        devices=queries.devices_of(session(), actor(), now=clock.now()),
        here=device(),
        language_form=LanguageForm(
            data={"language": i18n.language(), "next": url_for("accounts.me")}
        ),
        display_form=DisplayForm(
            data={
                "text": cookies.get("text", "normal"),
                "contrast": cookies.get("contrast", "normal"),
            }
        ),
    )


@bp.get("/me")
@signed_in
def me() -> ResponseReturnValue:
    """One's own account."""
    return _page(PasswordForm())


@bp.post("/me/password")
@signed_in
def change_password() -> ResponseReturnValue:
    """Change one's password; other devices are signed out."""
    form = PasswordForm(request.form)
    if form.validate() and _changed(form):
        flash(_("Your password is changed. Your other devices are signed out."), "success")
        return redirect(url_for("accounts.me"), 303)
    return _page(form), 422


def _changed(form: PasswordForm) -> bool:
    try:
        right = services.change_password(
            session(),
            device(),
            current=form.current.data or "",
            new=form.new.data or "",
            caller=caller(),
            actor=actor(),
            now=clock.now(),
        )
    except services.WeakPassword as weak:
        form.new.errors = [str(weak)]
        return False
    if not right:
        form.current.errors = [_("This is not your current password.")]
    return right


@bp.post("/me/devices/<uuid:device_id>/revoke")
@signed_in
def revoke_mine(device_id: UUID) -> ResponseReturnValue:
    """Sign one of one's devices out."""
    found = queries.device_in_scope(session(), device_id)
    services.revoke(session(), found, actor=actor(), now=clock.now())
    flash(_("That device is signed out."), "success")
    return redirect(url_for("accounts.me"), 303)


@bp.post("/me/devices/revoke-others")
@signed_in
def revoke_others() -> ResponseReturnValue:
    """Sign out every device but this one."""
    services.revoke_all(session(), actor(), actor=actor(), now=clock.now(), keep=device())
    flash(_("Your other devices are signed out."), "success")
    return redirect(url_for("accounts.me"), 303)
