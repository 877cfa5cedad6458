"""Which blueprints and commands make up the site: one line a feature."""

from __future__ import annotations

from flask import Flask

from outreach.accounts import views as accounts
from outreach.accounts.cli import accounts as accounts_commands
from outreach.appointments import views as appointments
from outreach.assistance import views as assistance
from outreach.assistance.cli import group as assistance_commands
from outreach.assistance.defining import views as defining
from outreach.confirmation import views as confirmation
from outreach.households import views as households
from outreach.households.cli import households as households_commands
from outreach.identity import views as identity
from outreach.insights import views as insights
from outreach.messaging import views as messaging
from outreach.nights import views as nights
from outreach.notifications import views as notifications
from outreach.partners import views as partners
from outreach.phone import views as phone
from outreach.places.cli import group as places_commands
from outreach.procedures import views as procedures
from outreach.rounds import views as rounds
from outreach.routing.cli import routing as routing_commands
from outreach.stock import views as stock
from outreach.swaps import views as swaps
from outreach.teams import views as teams
from outreach.turf import views as turf
from outreach.visits import views as visits
from outreach.visits.cli import group as visits_commands
from outreach.web import cli, health, sending, ticking, worker
from outreach.web.nights import rounds as rounds_commands
from outreach.web.places import views as places

BLUEPRINTS = (
    health.bp,
    accounts.bp,
    appointments.bp,
    assistance.bp,
    defining.bp,
    confirmation.bp,
    households.bp,
    identity.bp,
    insights.bp,
    messaging.bp,
    notifications.bp,
    stock.bp,
    swaps.bp,
    teams.bp,
    places.bp,
    visits.bp,
    phone.bp,
    worker.bp,
    rounds.bp,
    procedures.bp,
    partners.bp,
    turf.bp,
    nights.bp,
)

COMMANDS = (
    accounts_commands,
    assistance_commands,
    households_commands,
    places_commands,
    rounds_commands,
    routing_commands,
    visits_commands,
    sending.command,
    ticking.command,
)


def register_features(app: Flask) -> None:
    """Hook every feature's views and commands into the application."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for command in COMMANDS:
        app.cli.add_command(command)
    cli.register(app)
