"""Which blueprints and commands make up the site: one line a feature."""

from __future__ import annotations

from flask import Flask

from outreach.appointments import views as appointments
from outreach.messaging import views as messaging
from outreach.rounds import views as rounds
from outreach.rounds.cli import rounds as rounds_commands
from outreach.web import cli, health

BLUEPRINTS = (
    health.bp,
    appointments.bp,
    messaging.bp,
    rounds.bp,
)

COMMANDS = (rounds_commands,)


def register_features(app: Flask) -> None:
    """Hook every feature's views and commands into the application."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for command in COMMANDS:
        app.cli.add_command(command)
    cli.register(app)
