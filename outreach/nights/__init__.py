"""Nights: turf is refreshed and tomorrow planned, for every team that wants it."""
