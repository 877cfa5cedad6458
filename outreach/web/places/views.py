"""Browse and search areas; add, correct and end neighbourhoods and cells."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts import scopes
from outreach.accounts.access import actor, allow
from outreach.accounts.models import Role, User
from outreach.core import clock
from outreach.core.errors import Conflict
from outreach.core.i18n import gettext as _
from outreach.core.request import session
from outreach.households import queries as homes
from outreach.households import services as households
from outreach.places import queries, services
from outreach.places.models import Area, Level
from outreach.places.services import by_hand
from outreach.web.places.forms import CloseForm, HotlineForm, PartForm, begun
from outreach.web.templating import local

bp = Blueprint("places", __name__, url_prefix="/areas")

_desk = allow(Role.ADMINISTRATOR, Role.OFFICER)


class _Acting(TypedDict):
    actor: User
    now: datetime


def _acting() -> _Acting:
    """Who does it and when, for a service."""
    return {"actor": actor(), "now": clock.now()}


def _mine(area_id: UUID) -> Area:
    return scopes.area_in_scope(session(), area_id, actor=actor())


@bp.get("")
@_desk
def index() -> ResponseReturnValue:
    """Search, and the top of the actor's part of the tree."""
    words = request.args.get("q", "")
    top = actor().area
    return render_template(
        "places/index.html",
        words=words,
        found=queries.search(session(), words, within=top),
        areas=[top] if top else queries.children(session(), None),
        named=queries.named,
    )


@bp.get("/<uuid:area_id>")
@_desk
def show(area_id: UUID) -> ResponseReturnValue:
    """One area: what is in it, what it took over, what became of it."""
    return _page(_mine(area_id), PartForm())


def _page(area: Area, form: PartForm, status: int = 200) -> ResponseReturnValue:
    level = by_hand.level_below(area)
    before, after = queries.successions(session(), area)
    line = queries.line_of(session(), area)
    page = render_template(
        "places/show.html",
        area=area,
        line=[part for part in line if scopes.covers(actor(), part)],
        parts=queries.children(session(), area),
        ended=queries.ended_below(session(), area),
        before=before,
        after=after,
        form=form.offer(level) if level else None,
        may_edit=by_hand.may_edit(area),
        is_commune=area.level is Level.COMMUNE,
        homes=homes.count_in(session(), area),
    )
    return page, status


@bp.post("/<uuid:area_id>/parts")
@_desk
def add(area_id: UUID) -> ResponseReturnValue:
    """A neighbourhood or cell, typed by hand."""
    parent = _mine(area_id)
    form = PartForm(request.form).offer(by_hand.level_below(parent) or Level.CELL)
    if not form.validate():
        return _page(parent, form, 422)
    area = services.add(
        session(),
        parent,
        kind=form.kind.data,
        name=form.name.data or "",
        since=begun(form, today=local(clock.now()).date()),
        **_acting(),
    )
    flash(_("%(area)s was added.", area=area.full_name), "ok")
    return redirect(url_for("places.show", area_id=parent.id), 303)


@bp.get("/<uuid:area_id>/edit")
@_desk
def edit(area_id: UUID) -> ResponseReturnValue:
    """Correct a name, or tell a commune's hotline."""
    area = _mine(area_id)
    if area.level is Level.COMMUNE:
        return _edit_page(area, HotlineForm(hotline=area.hotline))
    return _edit_page(area, PartForm(kind=area.kind, name=area.name))


def _edit_page(area: Area, form: PartForm | HotlineForm, status: int = 200) -> ResponseReturnValue:
    if isinstance(form, PartForm):
        form.offer(area.level, area.kind)
    return render_template("places/edit.html", area=area, form=form), status


@bp.post("/<uuid:area_id>/edit")
@_desk
def correct(area_id: UUID) -> ResponseReturnValue:
    """Store the corrected name."""
    area = _mine(area_id)
    form = PartForm(request.form).offer(area.level, area.kind)
    if not form.validate():
        return _edit_page(area, form, 422)
    services.correct(session(), area, kind=form.kind.data, name=form.name.data or "", **_acting())
    flash(_("The name was corrected."), "ok")
    return redirect(url_for("places.show", area_id=area.id), 303)


@bp.post("/<uuid:area_id>/hotline")
@_desk
def hotline(area_id: UUID) -> ResponseReturnValue:
    """Store the commune's number."""
    area = _mine(area_id)
    form = HotlineForm(request.form)
    if not form.validate():
        return _edit_page(area, form, 422)
    services.set_hotline(session(), area, hotline=form.e164(), **_acting())
    flash(_("The hotline was saved."), "ok")
    return redirect(url_for("places.show", area_id=area.id), 303)


@bp.get("/<uuid:area_id>/end")
@_desk
def ending(area_id: UUID) -> ResponseReturnValue:
    """Ask when it ends and who takes over."""
    area = _mine(area_id)
    return _close_page(area, CloseForm(last_day=local(clock.now()).date()))


def _close_page(area: Area, form: CloseForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "places/end.html",
        area=area,
        form=form.offer(_heirs(area)),
        homes=homes.count_in(session(), area),
    )
    return page, status


def _heirs(area: Area) -> list[Area]:
    parent = session().get_one(Area, area.parent_id) if area.parent_id else None
    return [other for other in queries.children(session(), parent) if other is not area]


@bp.post("/<uuid:area_id>/end")
@_desk
def end(area_id: UUID) -> ResponseReturnValue:
    """End it; its homes go to the one that takes over."""
    area = _mine(area_id)
    form = CloseForm(request.form).offer(_heirs(area))
    if not form.validate():
        return _close_page(area, form, 422)
    heirs = [_mine(id_) for id_ in form.successors.data or ()]
    _hand_over(area, heirs)
    last_day = form.last_day.data
    assert last_day is not None
    services.close(session(), area, last_day=last_day, successors=heirs, **_acting())
    flash(_("%(area)s has ended.", area=area.full_name), "ok")
    return redirect(url_for("places.show", area_id=area.parent_id), 303)


def _hand_over(area: Area, heirs: list[Area]) -> None:
    """Every home must be somewhere that exists. Of several heirs only people know which."""
    count = homes.count_in(session(), area)
    if not count:
        return
    if len(heirs) != 1:
        raise Conflict(
            _("%(n)s homes are there. Choose one area to take them over, or move them.", n=count)
        )
    households.move_homes(session(), area, heirs[0], **_acting())
