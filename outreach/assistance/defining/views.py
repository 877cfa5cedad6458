"""Programmes in the browser: what each is made of, small changes, the whole text, its history."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Response,
    after_this_request,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from outreach.accounts.access import actor, allow
from outreach.accounts.models import Role
from outreach.assistance import catalogue, labels
from outreach.assistance.catalogue import Catalogue
from outreach.assistance.defining import changes, changing, words, writing
from outreach.assistance.defining.forms import CHANGES, ChangeForm, NewForm, TextForm
from outreach.assistance.definitions import Programme
from outreach.assistance.queries import definitions as queries
from outreach.assistance.services import definitions as services
from outreach.assistance.services.definitions import Effect, Unusable, Wish
from outreach.core import clock, text
from outreach.core.errors import NotFound, Refusal
from outreach.core.forms import hidden_secret
from outreach.core.i18n import gettext as _
from outreach.core.i18n import ngettext
from outreach.core.request import session

bp = Blueprint("defining", __name__, url_prefix="/help/programmes")
READERS = (Role.OFFICER, Role.ADMINISTRATOR)


@bp.context_processor
def _words() -> dict[str, object]:
    return {"help_labels": labels, "words": words}


def _known() -> Catalogue:
    """As stored this moment: these pages do not wait for the process to hear of it."""
    return catalogue.composed(queries.stored(session()))


def _one(known: Catalogue, code: str) -> Programme:
    found = known.programmes.get(code)
    if found is None:
        raise NotFound(_("There is no such programme."))
    return found


@bp.get("")
@allow(*READERS)
def index() -> str:
    """Every programme with its version and how many cases it has."""
    known = _known()
    return render_template(
        "assistance/definitions/index.html",
        programmes=known.programmes,
        cases=queries.used(session()),
        ours=catalogue.built_in().programmes,
    )


@bp.get("/new")
@allow(Role.ADMINISTRATOR)
def new() -> str:
    """The form for a programme of the office's own."""
    return render_template("assistance/definitions/new.html", form=NewForm())


@bp.post("/new")
@allow(Role.ADMINISTRATOR)
def create() -> ResponseReturnValue:
    """Begin a programme that can be used at once and changed further."""
    form = NewForm(request.form)
    if not form.validate():
        return render_template("assistance/definitions/new.html", form=form), 422
    wish = Wish(form.code.data or "", writing.written(form.values()), 0, _("New programme"))
    services.save(session(), wish, actor=actor(), now=clock.now())
    return _stored(wish.code, _("The programme is there. Change it until it fits."))


@bp.get("/<code>")
@allow(*READERS)
def show(code: str) -> str:
    """One programme: its states and moves, clocks, lists, and the forms to change them."""
    return _page(code)


def _page(code: str, filled: ChangeForm | None = None, wrong: str = "") -> str:
    known = _known()
    programme = _one(known, code)
    values = writing.values_of(known.texts[code])
    forms: dict[str, ChangeForm] = {}
    for name, kind in CHANGES.items():
        forms[name] = filled if isinstance(filled, kind) and type(filled) is kind else kind(
            prefix=f"{name}-", based_on=programme.version
        )  # fmt: skip
        forms[name].offer(values)
    return render_template(
        "assistance/definitions/show.html",
        programme=programme,
        forms=forms,
        filled=filled,
        wrong=wrong,
        values=values,
        standing=queries.standing(session(), code),
        may_change=actor().role is Role.ADMINISTRATOR,
    )


@bp.post("/<code>/change/<what>")
@allow(Role.ADMINISTRATOR)
def change(code: str, what: str) -> ResponseReturnValue:
    """One small change, stored as a new version."""
    if what not in CHANGES:
        raise NotFound(_("There is no such programme."))
    known = _known()
    _one(known, code)
    values = writing.values_of(known.texts[code])
    form = CHANGES[what](request.form, prefix=f"{what}-")
    form.offer(values)
    if not form.validate():
        return _page(code, form), 422
    try:
        note = form.apply(values)
        return _save(code, values, form.version, note)
    except (changing.Impossible, Unusable) as refusal:
        form.form_errors.append(str(refusal))
        return _page(code, form), 422


@bp.post("/<code>/labels")
@allow(Role.ADMINISTRATOR)
def rename(code: str) -> ResponseReturnValue:
    """New words for the programme, its states and clocks."""
    known = _known()
    _one(known, code)
    values = writing.values_of(known.texts[code])
    said = {place: new for place, old in _labels(values).items()
            if (new := _asked(place)) and new.value != old}  # fmt: skip
    secret = next((s for one in said.values() if (s := hidden_secret(f"{one.vi} {one.en}"))), None)
    if secret:
        return _page(code, wrong=secret), 422
    try:
        note = changing.rename(values, said)
        return _save(code, values, request.form.get("based_on", type=int) or 0, note)
    except Unusable as refusal:
        return _page(code, wrong=str(refusal)), 422


def _labels(values: writing.Values) -> dict[str, dict[str, str]]:
    found = {"label": values["label"]}
    for kind in ("states", "clocks"):
        found |= {f"{kind}.{code}": one["label"] for code, one in values.get(kind, {}).items()}
    return found


def _asked(place: str) -> changing.Said | None:
    vi = text.clean(request.form.get(f"vi.{place}", ""))
    return changing.Said(vi, text.clean(request.form.get(f"en.{place}", ""))) if vi else None


def _save(code: str, values: writing.Values, based_on: int, note: str) -> Response:
    wish = Wish(code, writing.written(values), based_on, note[:200])
    done = services.save(session(), wish, actor=actor(), now=clock.now())
    return _stored(code, _said(done))


def _said(done: Effect) -> str:
    moved = sum(count for _new, count in done.moved.values())
    stored = _("Version %(n)s holds from now on.", n=done.programme.version)
    if not moved:
        return stored
    return f"{stored} " + ngettext("%(n)s case was moved.", "%(n)s cases were moved.", moved)


def _stored(code: str, message: str) -> Response:
    live: Any = current_app.definitions  # type: ignore[attr-defined]

    @after_this_request  # after the commit, so that the next page knows it
    def forget(answer: Response) -> Response:
        live.forget()
        return answer

    flash(message, "ok")
    return redirect(url_for("defining.show", code=code), 303)  # type: ignore[return-value]


@bp.get("/<code>/text")
@allow(*READERS)
def edit(code: str) -> str:
    """The whole definition as text."""
    known = _known()
    programme = _one(known, code)
    form = TextForm(text=writing.spelled(known.texts[code]), based_on=programme.version)
    return _text_page(programme, form)


def _text_page(programme: Programme, form: TextForm, **found: Any) -> str:
    may_change = actor().role is Role.ADMINISTRATOR
    return render_template(
        "assistance/definitions/text.html",
        programme=programme, form=form, may_change=may_change, **found,
    )  # fmt: skip


@bp.post("/<code>/text")
@allow(Role.ADMINISTRATOR)
def write(code: str) -> ResponseReturnValue:
    """Show what the text would change, or store it."""
    known = _known()
    programme = _one(known, code)
    form = TextForm(request.form)
    if not form.validate():
        return _text_page(programme, form), 422
    wish = Wish(code, form.text.data, form.version, form.note.data or "")
    try:
        if "save" in request.form:
            done = services.save(session(), wish, actor=actor(), now=clock.now())
            return _stored(code, _said(done))
        effect = services.effect(session(), wish)
    except Unusable as refusal:
        form.form_errors.append(str(refusal))
        return _text_page(programme, form, wrong=refusal), 422
    return _text_page(
        programme, form, effect=effect,
        changes=changes.between(effect.before, effect.programme),
        lines=changes.lines(known.texts[code], wish.text),
    )  # fmt: skip


@bp.get("/<code>/history")
@allow(*READERS)
def history(code: str) -> str:
    """Every version with who stored it, and what one of them changed."""
    known = _known()
    programme = _one(known, code)
    wanted = request.args.get("version", programme.version, type=int)
    chosen = known.version(code, wanted)
    before = next((p for p in known.past.get(code, ()) if p.version < wanted), None)
    after = services.text_of(session(), known, code, wanted) or ""
    earlier = services.text_of(session(), known, code, before.version) if before else ""
    return render_template(
        "assistance/definitions/history.html",
        programme=programme,
        stored=queries.versions(session(), code),
        ours=catalogue.built_in().programmes.get(code),
        wanted=wanted,
        changes=changes.between(before, chosen) if chosen else None,
        lines=changes.lines(earlier or "", after),
        may_change=actor().role is Role.ADMINISTRATOR,
    )


@bp.post("/<code>/restore")
@allow(Role.ADMINISTRATOR)
def restore(code: str) -> ResponseReturnValue:
    """Store an earlier version again as the newest."""
    version = request.form.get("version", type=int)
    if version is None:
        raise Refusal(_("This form is damaged. Please load the page again."))
    done = services.restore(session(), code, version, actor=actor(), now=clock.now())
    return _stored(code, _said(done))
