"""What a wording may say, what it costs, and what is suggested while it is written."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.households.models import Language
from outreach.messaging.segments import Encoding, measure
from outreach.notifications import advice
from outreach.notifications.lint import Fault, findings
from outreach.notifications.texts import FOLDER, STOPPED, TEMPLATES, Template, shipped

EVERY = [(t, language) for t in TEMPLATES.values() for language in Language]
IDS = [f"{t.name}-{language.value}" for t, language in EVERY]


@pytest.mark.parametrize(("template", "language"), EVERY, ids=IDS)
def test_every_text_with_its_longest_values_is_within_its_budget(
    template: Template, language: Language
) -> None:
    counted = measure(template.longest(shipped(template.name, language), language))
    assert counted.segments <= template.budget[language]
    cheap = language is not Language.VI_ACCENTED
    assert (counted.encoding is Encoding.GSM7) is cheap


@pytest.mark.parametrize(("template", "language"), EVERY, ids=IDS)
def test_every_text_of_the_program_passes_its_own_lint(
    template: Template, language: Language
) -> None:
    assert findings(shipped(template.name, language), template, language) == []


def test_every_wording_is_there_in_every_language() -> None:
    files = {(p.parent.name, p.stem) for p in FOLDER.rglob("*.txt")}
    assert files == {(language.value, name) for language in Language for name in TEMPLATES}


@pytest.mark.parametrize(
    "name", ["visit_reminder", "visit_reminder_many", "visit_and_tasks", "moved"]
)
@pytest.mark.parametrize("language", list(Language))
def test_texts_about_visits_warn_of_what_frauds_ask_for(name: str, language: Language) -> None:
    assert "OTP" in shipped(name, language)


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("Xem http://phuong.vn", Fault.LINK),
        ("Vao dichvucong.gov.vn", Fault.LINK),
        ("bit.ly/abc", Fault.LINK),
        ("phuong [.] vn", Fault.LINK),
        ("www.ward", Fault.LINK),
        ("Gọi 0912 345 678", Fault.PHONE),
        ("Goi +84.912.345.678", Fault.PHONE),
        ("Gọi 1900 0368 nhé", Fault.PHONE),
        ("Gửi mã OTP cho tổ", Fault.ASKS_FOR_CODE),
        ("Đọc mật khẩu VNeID", Fault.ASKS_FOR_CODE),
        ("Please send your password", Fault.ASKS_FOR_CODE),
        ("Không từ chối gửi OTP cho tôi", Fault.ASKS_FOR_CODE),
        ("Không hỏi OTP, đọc mật khẩu", Fault.ASKS_FOR_CODE),
        ("Mang số tài khoản", Fault.ASKS_FOR_CODE),
        ("Mở thẻ Vietcombank", Fault.BRAND),
        ("Sim VIETTEL", Fault.BRAND),
        ("V1ettel, vietc0mbank", Fault.BRAND),
        ("Nạp MoMo", Fault.BRAND),
        ("Khuyến mãi lớn", Fault.MONEY),
        ("[QC] Tổ công nghệ", Fault.MONEY),
        ("{secret}", Fault.UNKNOWN_GAP),
        ("lẻ }", Fault.BRACES),
        ("{hotline!r}", Fault.BRACES),
    ],
)
def test_what_a_wording_may_not_say(words: str, fault: Fault) -> None:
    text = f"{{sender}}: {words}. {{hotline}}"
    for form in ("NFC", "NFD"):
        found = findings(unicodedata.normalize(form, text), STOPPED, Language.VI)
        assert fault in {one.fault for one in found}


@pytest.mark.parametrize(
    "words",
    [
        "Không thu tiền, không hỏi OTP, mật khẩu",
        "Tổ không bao giờ hỏi mã OTP hay mật khẩu",
        "We never ask for your OTP or password",
        "Đừng cung cấp mã OTP cho bất kỳ ai",
        "Giúp kích hoạt VNeID từ 8h. Mọi việc miễn phí",
        "Hẹn 08:00-10:00 ngày 22/11/2026",
    ],
)
def test_what_a_wording_may_say(words: str) -> None:
    assert findings(f"{{sender}}: {words}. {{hotline}}", STOPPED, Language.VI) == []


def test_the_wards_own_hotline_may_be_written_out() -> None:
    text = "{sender}: gọi 0274 3800 123. {hotline}"
    assert findings(text, STOPPED, Language.VI, hotlines=frozenset({"02743800123"})) == []
    assert findings(text, STOPPED, Language.VI)


def test_a_text_must_name_its_sender_and_the_hotline() -> None:
    found = {one.fault for one in findings("Xin chào", STOPPED, Language.VI)}
    assert found == {Fault.NO_SENDER, Fault.MISSING_GAP}


def test_a_text_that_is_too_dear_at_its_longest_is_refused() -> None:
    text = "{sender}: " + "xin chao ba con co bac " * 8 + "{hotline}"
    assert [one.fault for one in findings(text, STOPPED, Language.VI)] == [Fault.TOO_DEAR]


def test_words_that_look_alike_without_accents_are_pointed_out() -> None:
    found = advice.advise("{sender}: thứ Hai không thu tiền. {hotline}", STOPPED, Language.VI).alike
    assert ("thu", ("thứ", "thu")) in {(pair.plain, pair.words) for pair in found}
    assert advice.alike("một mét vuông") == []


def test_a_shortening_that_saves_a_segment_is_suggested() -> None:
    long = "{sender}: " + "Ủy ban nhân dân mời bà con đến nhà văn hoá khu phố. " * 3 + "{hotline}"
    trim = advice.advise(long, STOPPED, Language.VI).trim
    assert trim is not None
    assert trim.saves == 1
    assert "UBND" in trim.text


def test_the_price_of_accents_is_shown_beside_the_text() -> None:
    found = advice.advise(
        shipped("visit_reminder", Language.VI), TEMPLATES["visit_reminder"], Language.VI
    )
    assert found.usual is not None
    assert found.with_accents is not None
    assert (found.usual.segments, found.with_accents.segments) == (1, 3)


@given(st.text(max_size=200))
def test_anything_typed_is_looked_at_without_a_fall(text: str) -> None:
    found = advice.advise(text, STOPPED, Language.VI)
    assert found.usable is (found.faults == [])
    if found.usable:
        assert found.longest is not None


@given(st.text(max_size=120))
def test_how_letters_are_composed_never_changes_the_verdict(text: str) -> None:
    whole = "{sender}: " + text.replace("{", "").replace("}", "") + " {hotline}"
    verdicts = [
        advice.advise(unicodedata.normalize(form, whole), STOPPED, Language.VI)
        for form in ("NFC", "NFD")
    ]
    assert verdicts[0] == verdicts[1]
