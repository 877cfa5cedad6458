"""Reads across features: the live board, the officer's figures, and the lists behind them."""

from typing import Any, TypeAlias

import sqlalchemy as sa

#: A query whose rows have named columns.
Rows: TypeAlias = sa.Select[*tuple[Any, ...]]
