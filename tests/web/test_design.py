"""The design keeps its promises: light, legible, from this host only."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((STATIC / "css").rglob("*.css"))
SCRIPTS = sorted((STATIC / "js").glob("*.js"))

#: Text somebody has to read in sunlight, on every ground it may lie on.
BODY_TEXT = [(ink, ground) for ink in ("ink", "quiet") for ground in ("paper", "ground", "sunk")]
OTHER_TEXT = [
    ("link", "paper"),
    ("link", "ground"),
    ("link", "sunk"),
    ("link", "brand-wash"),
    ("brand-ink", "brand"),
    ("brand-ink", "brand-press"),
    ("plate-ink", "plate"),
    *[(tone, ground) for tone in ("good", "warn", "bad") for ground in ("paper", "ground")],
    *[(tone, f"{tone}-wash") for tone in ("good", "warn", "bad")],
    *[("ink", f"{tone}-wash") for tone in ("good", "warn", "bad", "brand")],
    *[("route-ink", f"route-{index}") for index in range(8)],
]
SHAPES = [("edge", "paper"), ("edge", "ground"), ("brand", "ground"), ("good", "ground")]
SHAPES += [(f"route-{index}", ground) for index in range(8) for ground in ("paper", "sunk")]


def joined(folder: str) -> str:
    return "\n".join(part.read_text() for part in sorted((STATIC / "css" / folder).glob("*.css")))


def tokens(scheme: str) -> dict[str, str]:
    text = (STATIC / "css/site/10-tokens.css").read_text()
    light, rest = text.split("@media (prefers-color-scheme: dark)")
    dark = rest.split("@media (prefers-contrast")[0]
    found = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})", light))
    return found | dict(
        re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})", dark if scheme == "dark" else "")
    )


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_wcag_defines_it():
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("pairs", "least"),
    [(BODY_TEXT, 7.0), (OTHER_TEXT, 4.5), (SHAPES, 3.0)],
    ids=["body", "text", "shapes"],
)
def test_colours_are_far_enough_apart(scheme, pairs, least):
    colours = tokens(scheme)
    weak = {
        pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2)
        for pair in pairs
        if contrast(colours[pair[0]], colours[pair[1]]) < least
    }
    assert not weak


def test_a_phone_page_pays_little_for_its_looks():
    assert len(gzip.compress(joined("site").encode(), 9)) <= 9_000
    assert len(gzip.compress((STATIC / "icons/sprite.svg").read_bytes(), 9)) <= 6_000
    assert len(gzip.compress((STATIC / "js/main.js").read_bytes(), 9)) <= 1_500


def test_style_files_stay_readable():
    assert {
        path.name: lines for path in STYLES if (lines := path.read_text().count("\n")) > 300
    } == {}


def test_every_colour_named_is_a_token():
    named = set(re.findall(r"var\(--([\w-]+)", joined("site") + joined("desk")))
    assert named <= set(re.findall(r"--([\w-]+):", joined("site")))


def test_styles_stay_inside_the_layers_except_for_leaflet():
    outside = re.sub(r"@layer [\w, ]+;", "", joined("site"))
    assert re.findall(r"^(?!@layer|\s|/\*|\}|$).*", outside, re.MULTILINE) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_template_carries_style_or_script_of_its_own(path):
    source = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    assert not re.search(r"\sstyle\s*=", source)
    assert not re.search(r"<style\b", source)
    assert not re.search(r"<script\b(?![^>]*\bsrc=)", source)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", source)


@pytest.mark.parametrize(
    "path", [*TEMPLATES, *STYLES, *SCRIPTS], ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_nothing_is_loaded_from_another_host(path):
    addresses = re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z]{2,}[^\s\"')]*", path.read_text())
    assert [address for address in addresses if "www.w3.org" not in address] == []


def test_borrowed_files_are_the_ones_the_manifest_names():
    manifest = json.loads((STATIC / "vendor/manifest.json").read_text())
    named = {name: digest for entry in manifest for name, digest in entry["files"].items()}
    assert all(entry["version"] and entry["licence"] for entry in manifest)
    assert all(any(name.endswith("LICENSE") for name in entry["files"]) for entry in manifest)
    present = {
        path.relative_to(STATIC).as_posix()
        for path in (STATIC / "vendor").rglob("*")
        if path.is_file()
    }
    assert present - {"vendor/manifest.json"} == {
        name for name in named if name.startswith("vendor/")
    }
    assert {
        name: hashlib.sha256((STATIC / name).read_bytes()).hexdigest() for name in named
    } == named


def test_every_icon_asked_for_by_name_is_in_the_sprite():
    known = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons/sprite.svg").read_text()))
    asked = {
        name: path.name
        for path in TEMPLATES
        for name in re.findall(r"\bicon\(\"([\w-]+)\"", path.read_text())
    }
    menu = re.findall(r'_\("[^"]+"\), "([\w-]+)"', (ROOT / "outreach/web/nav.py").read_text())
    assert {*asked, *menu} - known == set()
