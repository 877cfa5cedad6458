"""The day pack as a phone gets it: in constant queries, again only when something is new."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from outreach.core.db import Session
from outreach.phone import weaving
from tests.factories import Make
from tests.visits.sending import fields, send

JSON = {"Accept": "application/json"}


def pack_of(client: FlaskClient, **headers: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(client.get("/today/pack", headers={**JSON, **headers}).data)
    return found


def unwoven(pack: dict[str, Any], path: str) -> str:
    """A page as the phone puts it together."""
    runs, ids = pack["pages"][path]
    lines: list[str] = []
    for first, count in zip(runs[::2], runs[1::2], strict=True):
        lines += pack["lines"][first : first + count]
    return re.sub(r"\x1a(\d+)\x1a", lambda match: ids[int(match[1])], "\n".join(lines))


def test_the_pack_takes_the_same_queries_for_one_home_and_for_35(
    make: Make, sign_in, now, queries: list[str]
) -> None:
    counts = []
    for homes in (1, 35):
        walk = make.walk(homes, announced=True, phones=True)
        for home in walk.homes:
            make.report(home, make.user(), now - timedelta(days=9))
        client = sign_in(walk.volunteer)
        queries.clear()
        client.get("/today/pack", headers=JSON)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 30


def test_a_page_of_the_pack_is_the_page_of_the_site(make: Make, sign_in, now) -> None:
    walk = make.walk(3, announced=True, phones=True)
    client = sign_in(walk.volunteer)
    pack = pack_of(client)
    for path in ("/today", f"/stops/{walk.stops[1].id}", f"/homes/{walk.homes[0].id}"):
        assert lasting(unwoven(pack, path)) == lasting(client.get(path).text)


def lasting(page: str) -> str:
    """Without what is new on every page, and without which section of the menu is current."""
    plain = re.sub(r'(name="report_id" value=")[^"]+', r"\1", page)
    return plain.replace(' aria-current="page"', "")


def test_the_own_reports_do_not_make_a_new_pack_and_anothers_do(
    make: Make, sign_in, now, session: Session
) -> None:
    walk = make.walk(3)
    client = sign_in(walk.volunteer)
    version = pack_of(client)["version"]
    known = {**JSON, "If-None-Match": f'"{version}"'}
    assert client.get("/today/pack", headers=known).status_code == 304
    assert send(client, walk, fields(now)).status_code == 303
    assert client.get("/today/pack", headers=known).status_code == 304
    make.report(walk.homes[1], make.user(), now, stop=walk.stops[1])
    assert client.get("/today/pack", headers=known).status_code == 200


def test_another_language_is_another_pack(make: Make, sign_in, now) -> None:
    client = sign_in(make.walk(1).volunteer)
    known = {**JSON, "If-None-Match": f'"{pack_of(client)["version"]}"'}
    client.set_cookie("language", "en")
    assert client.get("/today/pack", headers=known).status_code == 200


def test_a_message_for_the_person_is_not_lost_in_the_pack(make: Make, sign_in, now) -> None:
    client = sign_in(make.walk(1).volunteer)
    client.post("/display", data={"text": "large", "contrast": "normal"})
    pack = pack_of(client)
    assert "Đã lưu." not in unwoven(pack, "/today")
    assert "Đã lưu." in client.get("/today").text


def test_reports_of_another_person_wait_instead_of_being_taken_for_mine(
    make: Make, sign_in, now
) -> None:
    walk, other = make.walk(1), make.walk(1)
    client = sign_in(other.volunteer)
    theirs = {**JSON, "Outreach-User": str(walk.volunteer.id)}
    answer = send(client, walk, fields(now), headers=theirs)
    assert (answer.status_code, answer.json["code"]) == (401, "signed_out")


AN_ID = "id 7e8c1c1e-0000-4000-8000-000000000001"


@pytest.mark.parametrize("page", ["", "a\nb\na", "x\n\n\ny\n", AN_ID])
def test_weaving_and_unweaving_gives_the_page(page: str) -> None:
    woven = weaving.woven({"/": page, "/other": f"{page}\nz"})
    pack = {"lines": woven.lines, "pages": woven.pages}
    assert unwoven(pack, "/") == page
    assert unwoven(pack, "/other") == f"{page}\nz"
