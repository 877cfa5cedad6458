"""Which blueprints and commands make up the site: one line a feature."""

from __future__ import annotations

from flask import Flask

from outreach.messaging import views as messaging
from outreach.web import health


def register_features(app: Flask) -> None:
    """Hook every feature's views and commands into the application."""
    for blueprint in (health.bp, messaging.bp):
        app.register_blueprint(blueprint)
