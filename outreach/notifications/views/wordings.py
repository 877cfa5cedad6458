"""Texts as they are registered: seen, written, put into use, registered with channels."""

from __future__ import annotations

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _
from outreach.core.request import session
from outreach.households.models import Language
from outreach.notifications.advice import Advice, advise
from outreach.notifications.forms.office import RegistrationForm, WordingForm
from outreach.notifications.queries import manners
from outreach.notifications.queries import wordings as queries
from outreach.notifications.services import wordings as services
from outreach.notifications.texts import TEMPLATES, Template
from outreach.notifications.views.blueprint import acting, bp, desk, office, settings


def _asked(name: str, language: str) -> tuple[Template, Language]:
    if name not in TEMPLATES or language not in set(Language):
        abort(404)
    return TEMPLATES[name], Language(language)


def _hotlines() -> frozenset[str]:
    return queries.hotlines(session(), settings().hotline)


def _advice(text: str, template: Template, language: Language) -> Advice:
    return advise(text, template, language, hotlines=_hotlines())


@bp.get("/texts")
@office
def texts() -> str:
    """Every text in every language, its cost, and how far channels are with it."""
    return render_template(
        "notifications/texts.html",
        texts=queries.all_lines(session()),
        templates=TEMPLATES,
        channel=settings().sms_channel,
    )


@bp.get("/texts/<name>/<language>")
@desk
def wording(name: str, language: str) -> ResponseReturnValue:
    """One text in one language: what is sent now, and a place to write it anew."""
    template, spoken = _asked(name, language)
    text = manners.wordings(session())[template.name, spoken]
    return _page(template, spoken, WordingForm(text=text), text=text)


@bp.post("/texts/<name>/<language>")
@desk
def write(name: str, language: str) -> ResponseReturnValue:
    """Look at the words without keeping them, keep them as a draft, or use them."""
    template, spoken = _asked(name, language)
    form = WordingForm(request.form)
    do = request.form.get("do", "look")
    if not form.validate() or do == "look":
        return _page(template, spoken, form, status=422 if form.errors else 200)
    row = services.write(session(), template, spoken, form.text.data or "", **acting())
    if do == "use":
        try:
            services.use(session(), row, template, hotlines=_hotlines(), **acting())
        except Refusal as refusal:
            form.form_errors.append(str(refusal))
            return _page(template, spoken, form, status=422)
        flash(_("These words are sent from now on."), "ok")
    else:
        flash(_("The draft is kept."), "ok")
    return redirect(url_for("notifications.wording", name=name, language=language), 303)


def _page(
    template: Template,
    language: Language,
    form: WordingForm,
    *,
    text: str | None = None,
    registering: RegistrationForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    now_sent = manners.wordings(session())[template.name, language]
    text = text if text is not None else form.text.data or ""
    page = render_template(
        "notifications/wording.html",
        template=template,
        language=language,
        form=form,
        advice=_advice(text, template, language),
        sent=now_sent,
        versions=queries.versions(session(), template.name, language),
        registrations=queries.registrations(session(), now_sent, language),
        registering=registering or RegistrationForm(),
    )
    return page, status


@bp.post("/texts/<name>/<language>/registration")
@desk
def register(name: str, language: str) -> ResponseReturnValue:
    """Note how far a channel is with the words that are sent now."""
    template, spoken = _asked(name, language)
    text = manners.wordings(session())[template.name, spoken]
    form = RegistrationForm(request.form)
    if not form.validate():
        written = WordingForm(text=text)
        return _page(template, spoken, written, registering=form, status=422)
    services.register(session(), template, spoken, text, form.standing(), **acting())
    flash(_("The registration is noted."), "ok")
    return redirect(url_for("notifications.wording", name=name, language=language), 303)


@bp.post("/wordings/<uuid:wording_id>/use")
@desk
def use_wording(wording_id: UUID) -> ResponseReturnValue:
    """Send an earlier version from now on."""
    row = queries.version(session(), wording_id)
    template = TEMPLATES[row.template]
    services.use(session(), row, template, hotlines=_hotlines(), **acting())
    flash(_("These words are sent from now on."), "ok")
    return redirect(
        url_for("notifications.wording", name=row.template, language=row.language.value), 303
    )


@bp.post("/texts/<name>/<language>/retire")
@desk
def retire_wording(name: str, language: str) -> ResponseReturnValue:
    """Back to the words that come with the program."""
    template, spoken = _asked(name, language)
    services.retire(session(), template, spoken, **acting())
    flash(_("The program's own words are sent from now on."), "ok")
    return redirect(url_for("notifications.wording", name=name, language=language), 303)
