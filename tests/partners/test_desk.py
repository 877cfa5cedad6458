"""The partner's desk: only who agreed, only while they agree, only the partner's own steps."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach.accounts.access import declared
from outreach.accounts.models import Role
from outreach.assistance.models import Evidence, Step
from outreach.core.audit import AuditEntry
from outreach.households.models import Consent, ConsentMeans, Purpose
from outreach.partners.models import HandOver, PartnerKind
from outreach.web import Outreach
from tests.contracts.test_routes import rules, unsafe, url_of
from tests.factories import Make
from tests.partners.acts import Ward, hand, handed, partner, stands, ward


@pytest.fixture
def town(make: Make, now) -> Ward:
    return ward(make, now)


def step_fields(move: str, **more: str) -> dict[str, str]:
    return {"form_id": str(uuid4()), "move": move, "stop_reason": "", "note": "", **more}


def test_a_clerk_sees_who_was_handed_over_without_a_name_until_opened(
    make: Make, sign_in, town, session
) -> None:
    assert hand(sign_in(town.officer), town.case, town.bank, town.resident).status_code == 303
    clerk = sign_in(town.clerk)
    page = clerk.get("/partner").text
    assert town.resident.name not in page
    assert town.home.address not in page
    row = handed(make, town)
    assert f"/partner/{row.id}" in page
    answer = clerk.post(f"/partner/{row.id}")
    assert answer.status_code == 200
    assert town.resident.name in answer.text
    assert town.home.address in answer.text
    assert town.officer.name not in answer.text
    clerk.post(f"/partner/{row.id}")
    seen = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "hand_over.opened"))
    assert [(one.actor_id, one.subject_id) for one in seen] == [(town.clerk.id, row.id)] * 2


def test_a_clerk_records_its_own_steps_and_takes_the_last_back(
    make: Make, sign_in, town, session
) -> None:
    hand(sign_in(town.officer), town.case, town.bank, town.resident)
    clerk, row = sign_in(town.clerk), handed(make, town)
    answer = clerk.post(f"/partner/{row.id}/steps", data=step_fields("submitted"))
    assert answer.status_code == 303
    assert clerk.post(f"/partner/{row.id}/steps", data=step_fields("opened")).status_code == 303
    assert stands(make, town.case) == ("opened", Evidence.CONFIRMED)
    steps = session.scalars(sa.select(Step).order_by(Step.number)).all()
    session.commit()
    first_of_office, last = steps[0].id, steps[-1].id
    for wrong in (first_of_office, steps[2].id, uuid4()):
        assert clerk.post(f"/partner/{row.id}/steps/{wrong}/undo").status_code == 403
    assert clerk.post(f"/partner/{row.id}/steps/{last}/undo").status_code == 303
    assert stands(make, town.case)[0] == "submitted"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (step_fields("closed"), 403),
        (step_fields("first_payment_done"), 403),
        (step_fields("opened"), 422),
        (step_fields(""), 422),
        (step_fields("", stop_reason="deceased"), 422),
        (step_fields("submitted", note="STK 0123456789012"), 422),
        (step_fields("submitted", note="mã OTP 123456"), 422),
        (step_fields("submitted", form_id="x"), 422),
    ],
)
def test_what_is_not_the_partners_to_record_is_refused(
    make: Make, sign_in, town, session, data, status
) -> None:
    hand(sign_in(town.officer), town.case, town.bank, town.resident)
    row = handed(make, town)
    answer = sign_in(town.clerk).post(f"/partner/{row.id}/steps", data=data)
    assert answer.status_code == status
    assert stands(make, town.case)[0] == "channel_chosen"


def test_agreement_taken_back_on_a_phone_removes_the_resident_at_once(
    make: Make, sign_in, town, session
) -> None:
    phone = make.phone_of(town.resident)
    office = sign_in(town.officer)
    hand(office, town.case, town.bank, town.resident)
    asked = session.scalars(sa.select(Consent)).one()
    assert (asked.contact_point_id, asked.purpose, asked.given) == (
        phone.id, Purpose.SHARE_WITH_PARTNER, True)  # fmt: skip
    session.commit()
    clerk, row = sign_in(town.clerk), handed(make, town)
    assert str(row.id) in clerk.get("/partner").text
    home = town.home.id
    took = office.post(f"/households/{home}/phones/{phone.id}/withdraw",
                       data={"purpose": "share_with_partner"})  # fmt: skip
    assert took.status_code == 303
    assert str(row.id) not in clerk.get("/partner").text
    assert clerk.post(f"/partner/{row.id}").status_code == 404
    assert clerk.post(f"/partner/{row.id}/steps", data=step_fields("submitted")).status_code == 404


def test_a_no_stands_until_a_new_answer_is_recorded(
    make: Make, sign_in, town, session, now
) -> None:
    phone = make.phone_of(town.resident)
    make.saved(Consent(contact_point_id=phone.id, purpose=Purpose.SHARE_WITH_PARTNER, given=False,
                       at=now, means=ConsentMeans.SPOKEN, wording="x"))  # fmt: skip
    answer = hand(sign_in(town.officer), town.case, town.bank, town.resident)
    assert answer.status_code == 422
    assert "đã từ chối" in answer.text
    assert session.scalar(sa.select(sa.func.count()).select_from(HandOver)) == 0


def test_nothing_is_handed_over_without_an_answer(sign_in, town, session) -> None:
    answer = hand(sign_in(town.officer), town.case, town.bank, town.resident, means="")
    assert answer.status_code == 422
    assert session.scalar(sa.select(sa.func.count()).select_from(HandOver)) == 0


@pytest.mark.parametrize("ending", ["office", "left", "partner"])
def test_what_ends_a_hand_over_hides_it(make: Make, sign_in, town, session, now, ending) -> None:
    office = sign_in(town.officer)
    hand(office, town.case, town.bank, town.resident)
    row, clerk = handed(make, town), sign_in(town.clerk)
    if ending == "office":
        assert office.post(f"/hand-overs/{row.id}/end").status_code == 303
    elif ending == "left":
        town.resident.left_at = now
        session.commit()
    else:
        assert office.post(f"/partners/{town.bank.id}/end").status_code == 303
        assert clerk.get("/partner").status_code in {302, 303, 401}
        return
    assert str(row.id) not in clerk.get("/partner").text
    assert clerk.post(f"/partner/{row.id}").status_code == 404


def test_the_same_case_goes_to_one_partner_once_and_again_after_it_was_taken_back(
    make: Make, sign_in, town
) -> None:
    office = sign_in(town.officer)
    assert hand(office, town.case, town.bank, town.resident).status_code == 303
    assert hand(office, town.case, town.bank, town.resident).status_code == 422
    office.post(f"/hand-overs/{handed(make, town).id}/end")
    assert hand(office, town.case, town.bank, town.resident).status_code == 303


def test_a_partner_elsewhere_or_of_another_kind_cannot_be_chosen(make: Make, sign_in, town) -> None:
    carrier, _clerk = partner(make, town.officer, PartnerKind.CARRIER)
    elsewhere, _clerk = partner(make, make.user(Role.OFFICER))
    for other in (carrier, elsewhere):
        assert hand(sign_in(town.officer), town.case, other, town.resident).status_code == 422


def test_a_leader_hands_over_in_their_area_only(make: Make, sign_in, town) -> None:
    leader = sign_in(make.user(Role.LEADER, area=town.home.area))
    assert hand(leader, town.case, town.bank, town.resident).status_code == 303
    stranger = sign_in(make.user(Role.LEADER))
    assert hand(stranger, town.case, town.bank, town.resident).status_code == 404


# --- the whole site, as a clerk sees it ----------------------------------------------------
def test_everything_but_the_desk_is_closed_to_clerks(app: Outreach, sign_in, town, make) -> None:
    hand(sign_in(town.officer), town.case, town.bank, town.resident)
    clerk = sign_in(town.clerk)
    real = [town.home.id, town.case.id, town.resident.id, town.officer.id, town.bank.id]
    open_to_clerks = set()
    for rule in rules(app):
        access = declared(app.view_functions[rule.endpoint])
        assert access is not None
        if access.door is not None:
            continue
        if Role.PARTNER in access.roles:
            open_to_clerks.add(rule.endpoint)
            continue
        for method in {"GET", *unsafe(rule)} & (rule.methods or set()):
            for id_ in real if "uuid:" in rule.rule else real[:1]:
                path = url_of(app, rule).replace(str(UUID(int=7)), str(id_))
                answer = clerk.open(path, method=method)
                assert answer.status_code in {403, 404}, f"{method} {path}"
    desk = {one for one in open_to_clerks if one.startswith("partners.")}
    assert desk == {"partners.mine", "partners.open_slip", "partners.record", "partners.undo"}
    others = {one.split(".")[0] for one in open_to_clerks} - {"partners"}
    assert others <= {"accounts", "home"}


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    history=st.lists(
        st.tuples(
            st.sampled_from(["hand", "end", "no", "yes"]), st.integers(0, 2), st.integers(0, 1)
        ),
        max_size=14,
    )
)
def test_a_clerk_sees_exactly_who_is_handed_to_them_and_has_not_said_no(
    make: Make, sign_in, now, set_clock, session, history
) -> None:
    """Three residents, two partners, any history: compared with a plain model of it."""
    town = ward(make, now)
    cases = [town.case, town.another_case(now), town.another_case(now)]
    partners = [(town.bank, town.clerk), partner(make, town.officer)]
    office = sign_in(town.officer)
    phones = [make.phone_of(case.resident) for case in cases if case.resident]
    open_, refused = set[tuple[int, int]](), set[int]()
    for minute, (act, who, whom) in enumerate(history):
        case = cases[who]
        assert case.resident
        set_clock(now + timedelta(minutes=minute))
        if act == "hand":
            answer = hand(office, case, partners[whom][0], case.resident)
            may = who not in refused and (who, whom) not in open_
            assert (answer.status_code == 303) is may
            open_ |= {(who, whom)} if may else set()
        elif act == "end" and (who, whom) in open_:
            row = session.scalars(sa.select(HandOver.id).where(
                HandOver.case_id == case.id, HandOver.partner_id == partners[whom][0].id,
                HandOver.ended_at.is_(None))).one()  # fmt: skip
            session.commit()
            office.post(f"/hand-overs/{row}/end")
            open_.discard((who, whom))
        elif act in {"no", "yes"}:
            data = {
                "purpose": "share_with_partner",
                "answer": act,
                "means": "spoken",
                "given_by": "",
            }
            home = case.household_id
            path = f"/households/{home}/phones/{phones[who].id}"
            assert office.post(path, data=data).status_code == 303
            (refused.add if act == "no" else refused.discard)(who)
    for whom, (_bank, clerk) in enumerate(partners):
        page = sign_in(clerk).get("/partner").text
        shown = set(re.findall(r"/partner/([0-9a-f-]{36})", page))
        rows = session.scalars(sa.select(HandOver).where(HandOver.ended_at.is_(None)))
        wanted = {
            str(row.id)
            for row in rows
            for who, case in enumerate(cases)
            if row.case_id == case.id and (who, whom) in open_ and who not in refused
            and row.partner_id == partners[whom][0].id
        }  # fmt: skip
        session.commit()
        assert shown == wanted
