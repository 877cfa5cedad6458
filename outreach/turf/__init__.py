"""Turf: who a home belongs to for months, as territories of a team with somebody's name on each."""
