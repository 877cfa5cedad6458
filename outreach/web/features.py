"""Which blueprints and commands make up the site: one line a feature."""

from __future__ import annotations

from flask import Flask

from outreach.insights import views as insights
from outreach.web import health


def register_features(app: Flask) -> None:
    """Hook every feature's views and commands into the application."""
    for blueprint in (health.bp, insights.bp):
        app.register_blueprint(blueprint)
