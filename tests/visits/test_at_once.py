from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from outreach.assistance.models import Case, Step
from outreach.visits import services
from outreach.visits.models import Report
from outreach.visits.services import Receipt
from tests.factories import Make
from tests.visits.test_services import ZONE, count, report_of, vneid


def test_the_same_report_sent_at_the_same_moment_is_stored_once(app, make: Make, now) -> None:
    walk = make.walk(announced=True)
    person = walk.homes[0].residents[0].id
    report = report_of(walk.stops[0], now, helps=[vneid(person, "captured")])
    make.session.rollback()

    def send_it(_n: int) -> Receipt:
        with app.db.transaction() as own:
            return services.log_visit(own, report, actor=walk.volunteer, now=now, zone=ZONE)

    with ThreadPoolExecutor(6) as phones:
        receipts = list(phones.map(send_it, range(12)))
    assert {one.stored_at for one in receipts} == {now}
    assert sum(not one.again for one in receipts) == 1
    with app.db.transaction(read_only=True) as own:
        assert [count(own, table) for table in (Report, Case, Step)] == [1, 1, 1]


def test_two_phones_may_begin_the_same_case_in_the_same_moment(app, make: Make, now) -> None:
    walk = make.walk()
    person = walk.homes[0].residents[0].id
    make.session.rollback()

    def send_it(_n: int) -> Receipt:
        report = report_of(walk.stops[0], now, helps=[vneid(person, "captured")])
        with app.db.transaction() as own:
            return services.log_visit(own, report, actor=walk.volunteer, now=now, zone=ZONE)

    with ThreadPoolExecutor(6) as phones:
        assert len(list(phones.map(send_it, range(12)))) == 12
    with app.db.transaction(read_only=True) as own:
        assert [count(own, table) for table in (Report, Case, Step)] == [12, 1, 12]
