"""Keeps prepared streets and measured ways on disk, by the extract's own fingerprint.

A file that cannot be read or written is as good as none: everything is worked out again. Of a ward
two files are kept: its piece of the streets, and one table of metres between its places, which is
mapped into memory, so that one route's ways are read without reading the rest.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import ArrayLike, NDArray

from outreach.routing.problem import Walks
from outreach.routing.streets import doors, extract, graph, tables
from outreach.routing.streets.graph import Floats, Ints, Streets
from outreach.routing.streets.tables import Table

#: Changes whenever the same extract would give other streets.
_EDITION = 2
#: A table of more places than this is not kept (an int32 table of 6,000 is 144 MB).
_MOST_KEPT = 6_000
#: Places are told apart to about a centimetre.
_DECIMALS = 7
#: A table as it is kept: see `_HEAD`.
Kept = NDArray[np.int32]
_UNREADABLE = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)
#: Columns before a kept table's centimetres: latitude and longitude in units of the last decimal,
#: and centimetres from the street to the door.
_HEAD = 3
#: Farther than can be walked, in a kept table.
_NO_WAY = -1


@dataclass(frozen=True)
class Source:
    """An extract whose streets are prepared; they are read when something has to be searched."""

    key: str
    folder: Path | None
    known: Streets | None = None

    @cached_property
    def streets(self) -> Streets:
        """All streets. Raises BadExtract when they are gone."""
        if self.known is not None:
            return self.known
        assert self.folder is not None
        try:
            return Streets.load(_streets_file(self.folder, self.key))
        except (*_UNREADABLE, TypeError) as error:
            raise extract.BadExtract(
                f"The streets {self.key} are not in {self.folder} any more."
            ) from error


@dataclass(frozen=True, slots=True)
class OnStreets:
    """Where ways on streets are measured: an imported extract, and the ward they are kept for."""

    folder: str
    key: str
    ward: str


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
    kept = None if folder is None else _streets_file(folder, key)
    if kept is not None:
        try:
            return Source(key, folder, Streets.load(kept))
        except (*_UNREADABLE, TypeError):
            pass  # not there yet, or of another time: made again below
    streets = graph.build(extract.read(path))
    if kept is not None:
        _write(kept, lambda: streets.save(kept))
    return Source(key, folder, streets)


def prepared(folder: Path, key: str) -> Source:
    """Streets that were imported before. Raises BadExtract when they are gone."""
    if not is_there(folder, key):
        raise extract.BadExtract(f"The streets {key} are not in {folder} any more.")
    return Source(key, folder)


def is_there(folder: Path, key: str) -> bool:
    """Whether the streets of an extract are still kept."""
    return _streets_file(folder, key).is_file()


def walks(
    source: Source,
    points: ArrayLike,
    speed_mps: float,
    *,
    ward: str = "",
    buffer: float = tables.BUFFER,
) -> Walks:
    """Walking seconds between (lat, lon) points along the streets, however far these are.

    What was measured for this `ward` before is read back; only rows of new places are searched.
    """
    spots = rounded(points)
    if not len(spots):
        return np.zeros((0, 0), np.int32)
    return tables.seconds(measured(source, spots, ward).metres, spots, speed_mps, buffer)


def rounded(points: ArrayLike) -> Floats:
    """Points as places are told apart."""
    spots = np.round(np.asarray(points, np.float64).reshape(-1, 2), _DECIMALS)
    if not np.isfinite(spots).all():
        raise ValueError("every point needs a latitude and a longitude")
    return spots


def measured(source: Source, points: ArrayLike, ward: str = "") -> Table:
    """The ways between these points, in their order."""
    spots = rounded(points)
    places, number = np.unique(spots, axis=0, return_inverse=True)
    found = _table(source, places, ward)
    at = number.ravel()
    return Table(found.metres[np.ix_(at, at)], found.access[at])


def around(source: Source, points: ArrayLike, ward: str = "") -> Streets:
    """The streets around these points: of a ward, its own piece, cut from the whole once."""
    spots = rounded(points)
    if not ward or source.folder is None:
        return source.streets
    path = source.folder / f"{source.key}.{_ward(ward)}.near.npz"
    try:
        with np.load(path) as arrays:
            box = arrays["box"]
        if (spots >= box[0]).all() and (spots <= box[1]).all():
            return Streets.load(path)
    except (*_UNREADABLE, TypeError):
        pass
    piece = doors.near(source.streets, spots, 2 * doors.MARGIN_M)
    margin = doors.MARGIN_M / graph.METRES_PER_DEGREE
    box = np.array([spots.min(axis=0) - margin, spots.max(axis=0) + margin])
    said = {f.name: getattr(piece, f.name) for f in fields(piece)}
    _replace(path, lambda file: np.savez(file, box=box, **said))
    return piece


def _table(source: Source, places: Floats, ward: str) -> Table:
    """Metres between all places; the rows of those not known yet are searched and kept."""
    known, kept = _known(source, ward)
    where = _rows(places, known)
    if (where >= 0).all():
        return _read(kept, where)
    both = np.unique(np.concatenate([known, places]), axis=0)
    if len(both) > _MOST_KEPT:
        both = places
    town = tables.town(around(source, both, ward), both)
    grown = _grown(both, _rows(both, known), kept, town)
    if source.folder is not None and len(both) <= _MOST_KEPT:
        path = _table_file(source.folder, source.key, ward)
        _replace(path, lambda file: np.save(file, grown))
    return _read(grown, _rows(places, both))


def _grown(places: Floats, at: Ints, kept: Kept, town: tables.Town) -> Kept:
    """The table of these places: rows `at` of the kept one where it has them, else searched."""
    old, new = np.flatnonzero(at >= 0), np.flatnonzero(at < 0)
    grown = np.empty((len(places), len(places) + _HEAD), np.int32)
    grown[:, :2] = np.round(places * 10.0**_DECIMALS)
    taken, put = np.r_[2, at[old] + _HEAD], np.r_[2, old + _HEAD]
    grown[np.ix_(old, put)] = kept[np.ix_(at[old], taken)]
    rows = tables.metres(town, new)
    found = np.where(np.isfinite(rows), np.round(rows * 100), _NO_WAY).astype(np.int32)
    grown[new, 2] = np.round(town.doors.access[new] * 100)
    grown[new, _HEAD:] = found
    grown[:, new + _HEAD] = found.T
    return grown


def _rows(places: Floats, known: Floats) -> Ints:
    """Where each place is among the known ones; -1: nowhere."""
    at = {place: n for n, place in enumerate(map(tuple, known.tolist()))}
    return np.array([at.get(place, -1) for place in map(tuple, places.tolist())], np.int64)


def _known(source: Source, ward: str) -> tuple[Floats, Kept]:
    """The places measured before and their table as it is kept, mapped and not read."""
    empty: tuple[Floats, Kept] = np.zeros((0, 2)), np.zeros((0, _HEAD), np.int32)
    if source.folder is None:
        return empty
    try:
        kept = np.load(_table_file(source.folder, source.key, ward), mmap_mode="r")
    except _UNREADABLE:
        return empty
    if kept.ndim != 2 or kept.dtype != np.int32 or kept.shape[1] != len(kept) + _HEAD:
        return empty
    return np.round(kept[:, :2] / 10.0**_DECIMALS, _DECIMALS), kept


def _read(kept: Kept, rows: Ints) -> Table:
    table = kept[np.ix_(rows, rows + _HEAD)].astype(np.float64) / 100
    table[table < 0] = np.inf
    return Table(table, kept[rows, 2].astype(np.float64) / 100)


def _streets_file(folder: Path, key: str) -> Path:
    return folder / f"{key}.streets.npz"


def _table_file(folder: Path, key: str, ward: str) -> Path:
    return folder / f"{key}.{_ward(ward)}.walks.npy"


def _ward(ward: str) -> str:
    return hashlib.sha256(ward.encode()).hexdigest()[:12] if ward else "all"


def _replace(path: Path, write: Callable[[IO[bytes]], None]) -> None:
    """A reader sees the old file or the new one; two who write at once do not mix."""

    def beside() -> None:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                write(file)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise

    _write(path, beside)


def _write(path: Path, write: Callable[[], None]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write()
    except OSError:
        return  # a folder nobody may write to: the next plan works it out again
