"""Pages that stood open at a desk while somebody else changed the same home or person."""

from __future__ import annotations

import html
import re
import threading
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from outreach.accounts.models import User
from outreach.households import services
from outreach.households.merging import Change
from outreach.households.models import FieldEdit, Household, Merged, Resident
from outreach.households.services import Origin
from tests.factories import Make
from tests.phone.sending import kept
from tests.visits.sending import JSON


def opened(client: FlaskClient, address: str) -> dict[str, str]:
    """The form's fields as the page shows them."""
    page = client.get(address).text
    form = page[page.index('<form class="form"') :]
    form = form[: form.index("</form>")]
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
    fields |= dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\s*([^<]*)<', form))
    for name, options in re.findall(
        r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL
    ):
        chosen = re.findall(r'<option[^>]*selected[^>]*value="([^"]*)"', options)
        chosen += re.findall(r'<option[^>]*value="([^"]*)"[^>]*selected', options)
        fields[name] = chosen[0] if chosen else ""
    for box in re.findall(r'<input[^>]*type="checkbox"[^>]*>', form):
        if "checked" not in box:
            fields.pop(re.findall(r'name="([^"]+)"', box)[0], None)
    return {name: html.unescape(value) for name, value in fields.items()}


def from_phone(client: FlaskClient, path: str, now, fields: dict[str, str]) -> None:
    answer = client.post(path, data=kept(now, **fields), headers=JSON)
    assert answer.status_code == 200, answer.text


def test_a_home_keeps_what_a_phone_told_and_a_clash_waits_for_a_decision(
    make: Make, sign_in, now, session
) -> None:
    walk = make.walk()
    home_id, address, name = walk.homes[0].id, walk.homes[0].address, walk.leader.name
    leader, volunteer = sign_in(walk.leader), sign_in(walk.volunteer)
    page = opened(leader, f"/households/{home_id}/edit")
    told = {"note": "Chó dữ", "was.note": "", "address": "9 Lạ", "was.address": address}
    from_phone(volunteer, f"/homes/{home_id}", now, told)
    changed = {**page, "address": "7 Lạ", "landmark": "Cổng xanh", "circumstance": "poor"}
    answer = leader.post(f"/households/{home_id}/edit", data=changed, follow_redirects=True)
    assert "“9 Lạ”" in answer.text
    assert "“7 Lạ”" in answer.text
    row = session.get_one(Household, home_id, populate_existing=True)
    assert (row.note, row.landmark, row.address) == ("Chó dữ", "Cổng xanh", "9 Lạ")
    assert row.circumstance.value == "poor"
    edit = session.scalars(sa.select(FieldEdit).where(FieldEdit.state == Merged.CLASH)).one()
    edit_id, shown = edit.id, leader.get("/review").text
    session.rollback()
    assert "9 Lạ" in shown
    assert "7 Lạ" in shown
    assert name in shown
    leader.post(f"/review/details/{edit_id}", data={"choice": "take"})
    assert session.get_one(Household, home_id, populate_existing=True).address == "7 Lạ"


def test_a_person_keeps_what_a_phone_told_and_a_clash_waits_for_a_decision(
    make: Make, sign_in, now, session
) -> None:
    walk = make.walk()
    person = walk.homes[0].residents[0]
    path, name = f"/households/people/{person.id}", person.name
    person_id = person.id
    leader, volunteer = sign_in(walk.leader), sign_in(walk.volunteer)
    page = opened(leader, path)
    numbers = page["phones"]
    told = {
        "birth_year": "1941", "was.birth_year": page["birth_year"], "name": "Lê Thị Hai",
        "was.name": name, "phones": f"{numbers}, 0907654321", "was.phones": numbers,
    }  # fmt: skip
    from_phone(volunteer, f"/people/{person_id}", now, told)
    changed = {**page, "name": "Lê Thị Bai", "relation": "mẹ", "sex": "female"}
    answer = leader.post(path, data=changed, follow_redirects=True)
    assert "“Lê Thị Hai”" in answer.text
    row = session.get_one(Resident, person_id, populate_existing=True)
    assert (row.name, row.birth_year, row.relation) == ("Lê Thị Hai", 1941, "mẹ")
    found = {link.contact_point.number for link in row.phones}
    assert "+84907654321" in found
    (edit,) = session.scalars(sa.select(FieldEdit).where(FieldEdit.state == Merged.CLASH))
    assert (edit.found, edit.wanted) == ("Lê Thị Hai", "Lê Thị Bai")


def test_two_desks_lose_nothing_of_each_other(make: Make, sign_in, session) -> None:
    walk = make.walk()
    person_id = walk.homes[0].residents[0].id
    path = f"/households/people/{person_id}"
    one, two = sign_in(walk.leader), sign_in(walk.leader)
    first, second = opened(one, path), opened(two, path)
    one.post(path, data={**first, "sex": "male", "language": "en"})
    two.post(path, data={**second, "relation": "ông nội", "birth_year": "1939"})
    row = session.get_one(Resident, person_id, populate_existing=True)
    assert row.sex
    assert (row.sex.value, row.language.value) == ("male", "en")
    assert (row.relation, row.birth_year) == ("ông nội", 1939)


def test_a_page_sent_as_it_was_opened_changes_nothing(make: Make, sign_in, session) -> None:
    walk = make.walk()
    leader = sign_in(walk.leader)
    home_id, person_id = walk.homes[0].id, walk.homes[0].residents[0].id
    for path in (f"/households/{home_id}/edit", f"/households/people/{person_id}"):
        assert leader.post(path, data=opened(leader, path)).status_code == 303
    assert session.scalars(sa.select(FieldEdit)).all() == []


@pytest.mark.parametrize("what", ["note", "name"])
def test_two_changes_in_one_moment_are_one_change_and_one_clash(
    app, make: Make, session, now, what: str
) -> None:
    walk = make.walk()
    home_id, person_id = walk.homes[0].id, walk.homes[0].residents[0].id
    was = {"note": walk.homes[0].note, "name": walk.homes[0].residents[0].name}[what]
    leader_id = walk.leader.id
    session.commit()
    together = threading.Barrier(2)
    failures: list[BaseException] = []

    def write(wanted: str) -> None:
        try:
            together.wait(10)
            with app.db.transaction() as own:
                home = own.get_one(Household, home_id)
                resident = own.get_one(Resident, person_id) if what == "name" else None
                origin = Origin(
                    form_id=uuid4(), made_at=now, actor=own.get_one(User, leader_id), now=now
                )
                services.merge(own, home, resident, [Change(what, was, wanted)], origin)
        except BaseException as failure:  # noqa: BLE001 - told to the test's own thread
            failures.append(failure)

    threads = [threading.Thread(target=write, args=(text,)) for text in ("Một", "Hai")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not failures
    states = sorted(session.scalars(sa.select(FieldEdit.state)))
    assert states == [Merged.APPLIED, Merged.CLASH]
