"""How much of a plan that people hold may change."""

from enum import StrEnum


class Mode(StrEnum):
    """How much a plan that people already hold may change."""

    #: Nobody loses or swaps a home that they can still visit; new homes fill the gaps.
    FILL = "fill"
    #: A home changes hands only where that saves more than the disturbance costs.
    LEAST = "least"
    #: As if nobody had been promised anything.
    FREE = "free"
