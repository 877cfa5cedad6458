"""Where a round's walking times come from: chosen when it is planned, kept with it, said of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from outreach.routing.walking import DETOUR_FACTOR, SPEED_MPS

SPEED_KMH = round(SPEED_MPS * 3.6, 1)


class Source(enum.StrEnum):
    """From what walking times are worked out, the best first."""

    #: Ways along the streets of an imported extract.
    STREETS = "streets"
    #: Straight lines × a factor that walks in these neighbourhoods taught.
    LEARNED = "learned"
    #: Straight lines × the factor of anywhere.
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Walking:
    """The source of one plan, as it was when the plan was made."""

    source: Source = Source.DEFAULT
    #: Straight lines × this; on streets, for homes far from all of them.
    factor: float = DETOUR_FACTOR
    #: How many walks the factor is learned from.
    walks: int = 0
    #: The extract's fingerprint, the day its data are of (ISO), and its file's name.
    key: str = ""
    date: str = ""
    name: str = ""
    #: Planned homes (ids) that no street comes near.
    far: tuple[str, ...] = ()

    @property
    def day(self) -> dt.date:
        """The day the extract's data are of."""
        return dt.date.fromisoformat(self.date)

    @property
    def guessed(self) -> bool:
        """Whether promises need slack: straight lines mislead in alleys."""
        return self.source is not Source.STREETS

    @property
    def without_streets(self) -> Walking:
        """The same without its extract."""
        source = Source.LEARNED if self.walks else Source.DEFAULT
        return Walking(source, self.factor, self.walks)

    def figures(self) -> dict[str, Any]:
        """As it is kept with its round."""
        return {**dataclasses.asdict(self), "source": self.source.value, "far": list(self.far)}


def told(figures: Mapping[str, Any], factor: float) -> Walking | None:
    """What a round keeps of its plan's source; None before there is a plan.

    Plans of earlier versions kept a word only; their straight lines were × `factor`.
    """
    said = figures.get("walking")
    if said is None:
        return None
    if not isinstance(said, Mapping):
        return Walking(factor=factor)
    return Walking(**{**said, "source": Source(said["source"]), "far": tuple(said["far"])})
