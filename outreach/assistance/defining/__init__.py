"""Programmes changed in the browser: by small forms or as a text, with what would change shown."""
