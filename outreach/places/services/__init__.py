"""The writers of areas: official lists, succession, and neighbourhoods typed by hand."""

from outreach.places.services.by_hand import add, close, correct, set_hotline
from outreach.places.services.official import Imported, Succeeded, import_official, succeed

__all__ = [
    "Imported",
    "Succeeded",
    "add",
    "close",
    "correct",
    "import_official",
    "set_hotline",
    "succeed",
]
