from __future__ import annotations

from pathlib import Path

import pytest

from outreach.assistance import catalogue
from outreach.assistance.definitions import BadDefinition

GOOD = """
code = "course"
version = 1
label = "Course"
scope = "person"
pillar = "skill"
weight = 5
service_minutes = 5
skill = "vneid"
opens = ["begun"]
stop_reasons = ["refused"]
never_ask = ["Passwords"]

[variants.evening]
label = "Evening"

[states.begun]
label = "Begun"
counts = { skill = "in_progress" }
evidence = ["declared"]
next = ["done"]

[states.done]
label = "Done"
asks = true
end = true
counts = { skill = "have" }
evidence = ["declared"]
next = []
"""


def read(folder: Path, text: str) -> None:
    (folder / "course.toml").write_text(text, encoding="utf-8")
    catalogue.read_folder(folder, {"refused": "Refused"})


def test_a_good_definition_is_read(tmp_path: Path) -> None:
    read(tmp_path, GOOD)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('label = "Course"', "", "course.toml.label: is missing"),
        ('label = "Course"', 'label = " "', "course.toml.label: is empty"),
        ('label = "Course"', "label = 3", "course.toml.label: must be str"),
        ('code = "course"', 'code = "other"', "course.toml.code"),
        ("version = 1", "version = 0", "course.toml.version: must be at least 1"),
        ("version = 1", "version = true", "course.toml.version: must be int"),
        ('scope = "person"', 'scope = "village"', "course.toml.scope: 'village'"),
        ('pillar = "skill"', 'pillar = "wealth"', "course.toml.pillar"),
        ('skill = "vneid"', 'skill = "magic"', "course.toml.skill"),
        ('opens = ["begun"]', "opens = []", "course.toml.opens"),
        ('opens = ["begun"]', 'opens = ["soon"]', "course.toml.opens: there is no 'soon'"),
        ('opens = ["begun"]', 'opens = ["done"]', "course.toml.states.begun: nothing leads"),
        ('["refused"]', '["bored"]', "course.toml.stop_reasons: there is no 'bored'"),
        ('["refused"]', "[]", "course.toml.stop_reasons"),
        ('next = ["done"]', "next = []", "states.begun.next: leads nowhere"),
        ('next = ["done"]', 'next = ["gone"]', "states.begun.next: there is no state 'gone'"),
        ('next = ["done"]', 'next = ["done", "done"]', "names something twice"),
        ("end = true", "", "states.done.next: leads nowhere"),
        ('evidence = ["declared"]', "evidence = []", "states.begun.evidence"),
        ('evidence = ["declared"]', 'evidence = ["sworn"]', "states.begun.evidence: 'sworn'"),
        ('{ skill = "have" }', "{ }", "states.done.counts.skill: is missing"),
        ('{ skill = "have" }', '{ skill = "lots" }', "states.done.counts.skill"),
        ("asks = true", "askes = true", "states.done.askes: is not a known key"),
        ("[variants.evening]\nlabel", "[states.extra]\nlabel", "course.toml.states"),
        ("[states.begun]", "[states.Begun]", "course.toml.states.Begun: is no code"),
        ("version = 1", "version = ", "course.toml: "),
        ("weight = 5", 'weight = 5\nprerequisites = ["x"]', "there is no programme 'x'"),
    ],
)
def test_a_bad_definition_is_refused_with_its_file_and_key(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    assert old in GOOD
    with pytest.raises(BadDefinition) as refused:
        read(tmp_path, GOOD.replace(old, new, 1))
    assert says in str(refused.value)
    assert "course.toml" in str(refused.value)


def test_a_ring_without_an_end_is_refused(tmp_path: Path) -> None:
    ring = GOOD.replace("end = true", "").replace("next = []", 'next = ["begun"]')
    with pytest.raises(BadDefinition, match=r"states\.begun: no way from it to an end"):
        read(tmp_path, ring)


def test_our_own_definitions_can_be_read() -> None:
    assert list(catalogue.programmes()) == [
        "device_2g4g",
        "vneid_l2",
        "bank_account",
        "tthc_assist",
    ]
