from __future__ import annotations

import logging

import pytest

from outreach import scheduler
from outreach.core.failures import described


def broken() -> None:
    raise ValueError("the phone +84901234567 belongs to Trần Thị Lan")


def test_a_defect_is_described_by_kind_and_place_only() -> None:
    try:
        broken()
    except ValueError as error:
        text = described(error)
    assert text.startswith("ValueError in [")
    assert "broken:" in text
    assert "+84901234567" not in text


def test_a_failing_job_leaves_no_personal_data_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        scheduler._guarded("send", broken)
    assert "ValueError" in caplog.text
    assert "+84901234567" not in caplog.text
    assert "Lan" not in caplog.text
