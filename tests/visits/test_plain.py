"""What is read at once is what the form would have read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from outreach.visits import forms, plain
from outreach.visits.models import Outcome

pytestmark = pytest.mark.once

ODD = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["", " ", "1", "2", "3", "01", "+1", "1e2", "nan", "-0", "٣", "12.5 ", "91",
                     "2026-11-26", "2026-11-26T08:00:00", "9999-12-31T23:59:59-12:00"]),
)  # fmt: skip
MOMENTS = st.builds(
    lambda moment, hours: moment.replace(tzinfo=timezone(timedelta(hours=hours))).isoformat(),
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001 - given a zone above
    st.integers(-12, 14),
)
IDS = st.uuids().flatmap(
    lambda id_: st.sampled_from([str(id_), id_.hex, str(id_).upper(), f"{{{id_}}}", f" {id_}"])
)
DEGREES = st.floats(-200, 200).map(lambda number: f"{number:.5f}")
FIELDS: dict[str, st.SearchStrategy[str]] = {
    "report_id": st.one_of(IDS, IDS, IDS, ODD),
    "made_at": st.one_of(MOMENTS, MOMENTS, MOMENTS, ODD),
    "form_version": st.one_of(st.sampled_from(["1", "2"]), st.sampled_from(["1", "2"]), ODD),
    "outcome": st.one_of(st.sampled_from(list(Outcome)).map(str), ODD),
    "note": st.one_of(st.just(""), st.just(""), ODD),
    "latitude": st.one_of(st.just(""), DEGREES, ODD),
    "longitude": st.one_of(st.just(""), DEGREES, ODD),
    "accuracy_m": st.one_of(st.just(""), st.floats(0, 2000).map(str), ODD),
    "household_id": st.one_of(st.just(""), IDS, ODD),
}


@given(
    st.fixed_dictionaries({}, optional=FIELDS),
    st.lists(st.tuples(st.sampled_from(sorted(FIELDS)), ODD), max_size=2),
)
def test_what_is_read_at_once_the_form_reads_alike(fields, more) -> None:
    data = MultiDict([*fields.items(), *more])
    told = plain.read(data)
    if told is None:
        return
    form = forms.report_form(data)
    assert not form.errors
    assert forms._told(form) == told


def test_the_ordinary_report_needs_no_form() -> None:
    at = datetime(2026, 11, 26, 2, tzinfo=UTC)
    data = {"report_id": str(uuid4()), "made_at": at.isoformat(), "form_version": "2",
            "outcome": "nobody_home", "note": "", "household_id": str(uuid4()),
            "latitude": "10.98765", "longitude": "106.65432", "accuracy_m": "12.5"}  # fmt: skip
    told = plain.read(data)
    assert told is not None
    assert (told.latitude, told.made_at, told.outcome) == (10.98765, at, Outcome.NOBODY_HOME)
    form, report = forms.read_report(MultiDict(data), stop_id=uuid4())
    assert form is None
    assert report is not None
    assert plain.read({**data, "note": "Chó dữ"}) is None
