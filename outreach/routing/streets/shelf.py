"""Which extracts were imported: a note beside each one's streets says what it is and covers."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from outreach.routing.streets.cache import Source

#: An extract serves a round when so much of its homes lies within it.
_MOST_OF = 0.5


@dataclass(frozen=True, slots=True)
class Imported:
    """One imported extract."""

    key: str
    #: The file's name.
    name: str
    #: The day its data are of (ISO): what the file says, else when it was written.
    date: str
    #: South, west, north, east, in degrees.
    box: tuple[float, float, float, float]
    #: Kilometres that can be walked and hang together.
    km: float

    def covers(self, points: ArrayLike) -> bool:
        """Whether most of these (lat, lon) points lie within it."""
        spots = np.asarray(points, np.float64).reshape(-1, 2)
        inside = ((spots >= self.box[:2]) & (spots <= self.box[2:])).all(axis=1)
        return bool(len(spots)) and float(inside.mean()) >= _MOST_OF


def put(folder: Path, extract: Path, source: Source) -> Imported:
    """Note an extract whose streets are prepared in `folder`. The last one noted comes first."""
    graph = source.streets
    south, west = graph.points.min(axis=0).tolist()
    north, east = graph.points.max(axis=0).tolist()
    note = Imported(
        key=source.key,
        name=extract.name,
        date=_day_of(extract),
        box=(south, west, north, east),
        km=float(graph.length.sum()) / 1000,
    )
    path = folder / f"{note.key}.json"
    beside = path.with_name(path.name + ".part")
    beside.write_text(json.dumps(dataclasses.asdict(note)))
    beside.replace(path)
    return note


def listed(folder: Path) -> list[Imported]:
    """What was imported, the latest first; notes that cannot be read are left out."""
    return [note for _at, note in sorted(_notes(folder), key=lambda one: one[0], reverse=True)]


def covering(folder: Path, points: ArrayLike) -> Imported | None:
    """The latest extract that most of these points lie in."""
    return next((note for note in listed(folder) if note.covers(points)), None)


def remove(folder: Path, key: str) -> int:
    """Take away an extract's note, streets and tables; how many files these were."""
    if key not in {note.key for note in listed(folder)}:
        return 0
    files = list(folder.glob(f"{key}.*"))
    for path in files:
        path.unlink(missing_ok=True)
    return len(files)


def _notes(folder: Path) -> Iterator[tuple[tuple[int, str], Imported]]:
    for path in folder.glob("*.json"):
        try:
            said = json.loads(path.read_text())
            note = Imported(**{**said, "box": tuple(said["box"])})
            yield (path.stat().st_mtime_ns, note.key), note
        except (OSError, ValueError, TypeError, KeyError):
            continue


def _day_of(extract: Path) -> str:
    import osmium

    with osmium.io.Reader(str(extract)) as reader:
        told = reader.header().get("osmosis_replication_timestamp") or reader.header().get(
            "timestamp"
        )
    written = datetime.fromtimestamp(extract.stat().st_mtime, UTC)
    try:
        return datetime.fromisoformat(told or written.isoformat()).date().isoformat()
    except ValueError:
        return written.date().isoformat()
