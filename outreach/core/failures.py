"""Says of a defect what a log may hold: its kind and where it broke, never the values it quotes."""

from __future__ import annotations

import traceback

DEEPEST = 3


def described(error: BaseException) -> str:
    """As in "IntegrityError in ['store:41', 'insert:17']". A message may quote phones and names."""
    frames = traceback.extract_tb(error.__traceback__)[-DEEPEST:]
    return f"{type(error).__name__} in {[f'{frame.name}:{frame.lineno}' for frame in frames]}"
