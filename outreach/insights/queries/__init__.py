"""Reads across features: the live board, the officer's figures, and the lists behind them."""
