"""Every version of the report form that a phone may still hold, as that version sent it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from outreach.assistance.models import Step
from outreach.visits import forms, rules
from outreach.visits.models import Report
from tests.factories import Make
from tests.visits.sending import JSON

#: What each version's page sent, word for word: never edited, only added to.
SENT = {
    1: (
        "report_id=0b0c8a4e-6d5e-4f43-9d0c-3f2a6f1f0001&made_at=2026-11-21T08%3A15%3A30%2B07%3A00"
        "&form_version=1&latitude=10.9068&longitude=106.7694&accuracy_m=12.5&outcome=met"
        "&at.vneid_l2.{person}=&help.vneid_l2.{person}=captured&help.bank_account.{person}="
        "&halt.{person}=&reason.{person}=&note=Con+trai+v%E1%BB%81+chi%E1%BB%81u"
    ),
    2: (
        "report_id=0b0c8a4e-6d5e-4f43-9d0c-3f2a6f1f0002&made_at=2026-11-21T08%3A15%3A30%2B07%3A00"
        "&form_version=2&latitude=&longitude=&accuracy_m=&household_id={home}&outcome=met"
        "&at.vneid_l2.{person}=&help.vneid_l2.{person}=captured&note="
    ),
}


@pytest.mark.parametrize("version", sorted(rules.FORM_VERSIONS))
def test_a_report_made_with_an_older_form_is_stored_a_year_later(
    make: Make, sign_in, now, session, set_clock, version: int
) -> None:
    walk = make.walk()
    home = walk.homes[0]
    url = f"/stops/{walk.stops[0].id}/report"
    body = SENT[version].format(person=home.residents[0].id, home=home.id)
    set_clock(now + timedelta(days=364))
    client = sign_in(walk.volunteer)
    kind = "application/x-www-form-urlencoded"
    for again in (False, True):
        answer = client.post(url, data=body, content_type=kind, headers=JSON)
        assert answer.json["receipt"]["again"] is again
    row = session.scalars(sa.select(Report)).one()
    assert (row.form_version, row.household_id) == (version, home.id)
    assert row.happened_at.isoformat() == "2026-11-21T01:15:30+00:00"
    assert session.scalars(sa.select(Step.to_state)).all() == ["captured"]


def test_every_version_has_a_date_a_reader_and_a_specimen() -> None:
    assert set(SENT) == set(rules.FORM_VERSIONS) == {int(one) for one in forms.READERS}
    dates = list(rules.FORM_VERSIONS.values())
    assert dates == sorted(dates)


def test_a_form_of_a_newer_site_is_read_as_the_newest(make: Make, sign_in, now, session) -> None:
    walk = make.walk()
    body = SENT[2].format(person=walk.homes[0].residents[0].id, home=walk.homes[0].id)
    answer = sign_in(walk.volunteer).post(
        f"/stops/{walk.stops[0].id}/report",
        data=body.replace("form_version=2", "form_version=3"),
        content_type="application/x-www-form-urlencoded",
        headers=JSON,
    )
    assert answer.status_code == 200
