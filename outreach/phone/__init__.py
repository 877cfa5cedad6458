"""A volunteer's day on the phone: a pack that needs no network, the day's end, practice."""
