"""HTTP for figures: the leader's board and the officer's overview."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, render_template, request
from werkzeug.datastructures import MultiDict

from outreach.accounts import scopes
from outreach.accounts.access import actor, allow
from outreach.accounts.models import Role
from outreach.core import clock
from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.core.i18n import speaking
from outreach.core.request import session
from outreach.core.settings import Settings
from outreach.insights import exports, labels, rules, services
from outreach.insights.forms import BoardForm, PeriodForm, board_filter
from outreach.insights.queries import board as board_queries
from outreach.insights.queries import lists, overview as overview_queries
from outreach.insights.rules import Period
from outreach.insights.sheets import SHEETS, Sheet, file_name
from outreach.places import queries as places
from outreach.places.models import Area
from outreach.visits.models import Outcome

bp = Blueprint("insights", __name__)
PAGE = 50
