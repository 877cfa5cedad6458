"""Keeps prepared streets and measured ways on disk, by the extract's own fingerprint.

A file that cannot be read or written is as good as none: everything is worked out again.
"""

import hashlib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from outreach.routing.problem import Walks
from outreach.routing.streets import extract, graph, tables
from outreach.routing.streets.graph import Floats, Ints, Streets

#: Changes whenever the same extract would give other streets.
_EDITION = 1
#: A table of more places than this is not kept (an int32 table of 6,000 is 144 MB).
_MOST_KEPT = 6_000
#: Places are told apart to about a centimetre.
_DECIMALS = 7
_UNREADABLE = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)


@dataclass(frozen=True)
class Source:
    """Prepared streets and the fingerprint that everything measured on them is kept under."""

    key: str
    streets: Streets
    folder: Path | None


def fingerprint(path: Path) -> str:
    """What tells one extract from another. Raises BadExtract when it cannot be read."""
    digest = hashlib.sha256(str(_EDITION).encode())
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise extract.BadExtract(f"{path} cannot be read: {error.strerror}.") from error
    return digest.hexdigest()[:20]


def opened(path: Path, folder: Path | None = None) -> Source:
    """The streets of an extract, prepared once and kept in `folder` (None: kept nowhere)."""
    key = fingerprint(path)
    kept = None if folder is None else folder / f"{key}.streets.npz"
    if kept is not None:
        try:
            return Source(key, Streets.load(kept), folder)
        except (*_UNREADABLE, TypeError):
            pass  # not there yet, or of another time: made again below
    streets = graph.build(extract.read(path))
    if kept is not None:
        _write(kept, lambda: streets.save(kept))
    return Source(key, streets, folder)


def prepared(folder: Path, key: str) -> Source:
    """Streets that were imported before. Raises BadExtract when they are gone."""
    try:
        return Source(key, Streets.load(folder / f"{key}.streets.npz"), folder)
    except (*_UNREADABLE, TypeError) as error:
        raise extract.BadExtract(f"The streets {key} are not in {folder} any more.") from error


def walks(
    source: Source,
    points: ArrayLike,
    speed_mps: float,
    *,
    ward: str = "",
    buffer: float = tables.BUFFER,
) -> Walks:
    """Walking seconds between (lat, lon) points along the streets.

    What was measured for this `ward` before is read back; only rows of new places are searched.
    """
    spots = np.round(np.asarray(points, np.float64).reshape(-1, 2), _DECIMALS)
    if not np.isfinite(spots).all():
        raise ValueError("every point needs a latitude and a longitude")
    if not len(spots):
        return np.zeros((0, 0), np.int32)
    places, number = np.unique(spots, axis=0, return_inverse=True)
    table = _table(source, places, ward)[np.ix_(number.ravel(), number.ravel())]
    return tables.seconds(table, spots, speed_mps, buffer)


def _table(source: Source, places: Floats, ward: str) -> Floats:
    """Metres between all places; the rows of those not known yet are searched and kept."""
    known, table = _known(source, ward)
    both = np.unique(np.concatenate([known, places]), axis=0)
    if len(both) > _MOST_KEPT:
        both = places
    at = _rows(both, known)
    old, new = np.flatnonzero(at >= 0), np.flatnonzero(at < 0)
    whole = np.zeros((len(both), len(both)))
    whole[np.ix_(old, old)] = table[np.ix_(at[old], at[old])]
    if new.size:
        rows = tables.metres(tables.town(source.streets, both), new)
        whole[new] = rows
        whole[:, new] = rows.T
        if source.folder is not None and len(both) <= _MOST_KEPT:
            _keep(_table_file(source.folder, source.key, ward), both, whole)
    wanted = _rows(places, both)
    return whole[np.ix_(wanted, wanted)]


def _rows(places: Floats, known: Floats) -> Ints:
    """Where each place is among the known ones; -1: nowhere."""
    at = {place: n for n, place in enumerate(map(tuple, known.tolist()))}
    return np.array([at.get(place, -1) for place in map(tuple, places.tolist())], np.int64)


def _known(source: Source, ward: str) -> tuple[Floats, Floats]:
    empty = np.zeros((0, 2)), np.zeros((0, 0))
    if source.folder is None:
        return empty
    try:
        with np.load(_table_file(source.folder, source.key, ward)) as arrays:
            return arrays["places"], arrays["metres"].astype(np.float64)
    except _UNREADABLE:
        return empty


def _keep(path: Path, places: Floats, table: Floats) -> None:
    beside = path.with_name(path.name + ".part")

    def write() -> None:
        with beside.open("wb") as file:
            np.savez(file, places=places, metres=table.astype(np.float32))
        beside.replace(path)

    _write(path, write)


def _table_file(folder: Path, key: str, ward: str) -> Path:
    name = hashlib.sha256(ward.encode()).hexdigest()[:12] if ward else "all"
    return folder / f"{key}.{name}.walks.npz"


def _write(path: Path, write: Callable[[], None]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write()
    except OSError:
        return  # a folder nobody may write to: the next plan works it out again
