"""Reads the forms about turf: how to cut, whose a territory is, a file of polygons."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import wtforms
from werkzeug.datastructures import FileStorage
from wtforms import validators

from outreach.core.forms import Form, Numbers, SelectChoice, at_most, required
from outreach.core.i18n import gettext
from outreach.core.i18n import lazy_gettext as _
from outreach.places.models import Area
from outreach.turf.models import Kind
from outreach.turf.services import MOST_HOURS, MOST_TURFS, Wish

KINDS = (
    (Kind.EVENED, _("Even out the turfs there are: as few homes as possible change hands")),
    (Kind.FRESH, _("Cut anew; each new turf goes to whoever knows most of its homes")),
)


class _Needed:
    """Needed for a cut anew; what else is asked for may be left empty."""

    def __call__(self, form: Form, field: wtforms.Field) -> None:
        if field.data is not None or field.process_errors:
            return
        text = gettext("Please write a whole number.")
        raise validators.StopValidation(text if form["kind"].data == Kind.FRESH.value else "")


class CutForm(Form):
    """Which neighbourhoods, into how many."""

    kind = wtforms.RadioField(_("How"), choices=[SelectChoice(k.value, text) for k, text in KINDS])
    parts = wtforms.IntegerField(
        _("How many turfs"), [_Needed(), validators.NumberRange(1, MOST_TURFS)]
    )
    area = wtforms.SelectMultipleField(
        _("Neighbourhoods"),
        option_widget=wtforms.widgets.CheckboxInput(),
        widget=wtforms.widgets.ListWidget(prefix_label=False),
        coerce=str,
    )
    cross = wtforms.BooleanField(_("Turfs may cross the border between two neighbourhoods"))

    def offer(self, areas: Sequence[Area], *, first: bool) -> CutForm:
        """Name the neighbourhoods; `first`: there is nothing to even out yet."""
        self.area.choices = [SelectChoice(str(area.id), area.full_name) for area in areas]
        if first:
            self.kind.choices = [SelectChoice(Kind.FRESH.value, KINDS[1][1])]
        return self

    def validate_area(self, field: wtforms.SelectMultipleField) -> None:
        if not field.data:
            raise validators.ValidationError(gettext("Choose at least one neighbourhood."))

    def wish(self) -> Wish:
        """What the service needs. Only after `validate()` was true."""
        return Wish(
            kind=Kind(self.kind.data),
            area_ids=tuple(UUID(id_) for id_ in self.area.data or ()),
            parts=self.parts.data or 0,
            cross=bool(self.cross.data),
        )


class FileForm(Form):
    """A file of polygons."""

    file = wtforms.FileField(_("GeoJSON file"))

    def validate_file(self, field: wtforms.FileField) -> None:
        if not isinstance(field.data, FileStorage) or not field.data.filename:
            raise validators.ValidationError(gettext("Please choose a file."))

    def content(self) -> bytes:
        """Only after `validate()`."""
        assert isinstance(self.file.data, FileStorage)
        content: bytes = self.file.data.read()
        return content


class DrawForm(Form):
    """Corners of polygons, clicked on the map or typed."""

    corners = wtforms.TextAreaField(_("Corners"), [required(), at_most(200_000), Numbers()])


class LeaseForm(Form):
    """How long homes that somebody takes are kept for them."""

    hours = wtforms.IntegerField(
        _("Hours that taken homes are kept"),
        [validators.Optional(), validators.NumberRange(1, MOST_HOURS)],
    )


class HoldersForm(Form):
    """Whose it is and what it is called."""

    name = wtforms.StringField(_("Name"), [at_most(80)])
    first = wtforms.SelectField(_("Who"), choices=[])
    second = wtforms.SelectField(_("Together with"), choices=[])

    def offer(self, people: Sequence[tuple[UUID, str]]) -> HoldersForm:
        nobody = SelectChoice("", gettext("Nobody"))
        choices = [nobody, *(SelectChoice(str(id_), name) for id_, name in people)]
        self.first.choices = self.second.choices = choices
        return self

    def people(self) -> list[UUID]:
        """One, two or nobody. Only after `validate()`."""
        chosen = [self.first.data, self.second.data]
        return list(dict.fromkeys(UUID(id_) for id_ in chosen if id_))
