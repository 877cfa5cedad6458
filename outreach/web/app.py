"""The application factory, and the one transaction each request runs in."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_compress import Compress
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from outreach import schema
from outreach.accounts import login
from outreach.accounts.access import actor, declared, signed_in
from outreach.accounts.models import Device
from outreach.accounts.services import touch
from outreach.assistance import catalogue
from outreach.assistance.live import Live
from outreach.core import clock, i18n
from outreach.core.db import Database
from outreach.core.failures import described
from outreach.core.settings import ROOT, Settings, kept_secret
from outreach.web import assets, errors, guard, nav, security, templating
from outreach.web.cookies import SignedCookies
from outreach.web.features import register_features

log = logging.getLogger(__name__)
#: Forms are small; spreadsheets are the exception and say so on their route.
MAX_BODY = 24 * 1024 * 1024


class Outreach(Flask):
    """Flask, plus: a returned answer commits, a raised one rolls back."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(
            "outreach",
            root_path=str(ROOT),
            template_folder="templates",
            static_folder=None,
            instance_path=str(ROOT / "instance"),
        )
        self.settings = settings
        self.session_interface = SignedCookies()
        self.db = Database(
            settings.database_url,
            pool_size=max(4, settings.threads),
            zone=settings.zone,
            streets=settings.streets,
        )
        self.definitions = Live(self.db)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As it is: no view here is a coroutine, and Flask would ask four times a request."""
        return func

    def dispatch_request(self) -> ResponseReturnValue:
        """Decide who may call, run the view, and commit exactly when it returned an answer."""
        if request.endpoint == "asset":  # public files: no session, no transaction
            return super().dispatch_request()
        read_only = request.method in guard.SAFE and not guard.is_callback(self, request)
        with catalogue.using(self.definitions.now()):
            answer = self._in_transaction(read_only=read_only)
        self._remember_contact()
        return answer

    def _in_transaction(self, *, read_only: bool) -> Response:
        answer = None
        try:
            with self.db.transaction(read_only=read_only) as session:
                g.session = session
                try:
                    answer = self._answer()
                except BaseException:
                    session.expunge_all()  # what is loaded stays readable for the error page
                    raise
                finally:
                    g.pop("session")  # a page about a failure must not open it again
        except BaseException:
            if answer is not None:  # it could not be committed: whoever acted is not readable now
                g.pop("actor", None)
            raise
        return answer

    def _remember_contact(self) -> None:
        """What a phone said of itself while it only read, in a short write of its own.

        The page is made by now, and is not lost because this could not be written.
        """
        if told := g.pop("contact", None):
            try:
                with self.db.transaction() as session:
                    device = session.get_one(Device, told[0])
                    touch(session, device, now=clock.now(), held=told[1])
            except SQLAlchemyError as error:
                log.warning("when a phone was heard of was not kept: %s", described(error))

    def _answer(self) -> Response:
        if request.routing_exception is None:
            guard.check(request, declared(self.view_functions.get(request.endpoint or "")))
        # made now, so that a page that fails while being written stores nothing
        return self.make_response(super().dispatch_request())


def create_app(settings: Settings | None = None) -> Outreach:
    """Build the application. Raises ValueError for settings that cannot work."""
    app = Outreach(settings or Settings.from_env(os.environ))
    _configure(app)
    # its context processor would ask the database again on an error page
    login.manager.init_app(app, add_context_processor=False)
    for part in (assets, security, templating, errors):
        part.register(app)
    Compress(app)
    _choose_language(app)
    register_features(app)
    app.add_url_rule("/", "home", signed_in(_home))
    assert schema.metadata.tables
    return app


def _configure(app: Outreach) -> None:
    settings = app.settings
    app.testing = settings.testing
    app.secret_key = settings.secret_key or kept_secret(settings.data_folder)
    secure = settings.public_url.startswith("https://")
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY,
        SESSION_COOKIE_NAME="outreach",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        PERMANENT_SESSION_LIFETIME=timedelta(days=90),
        SESSION_REFRESH_EACH_REQUEST=False,
        TRAP_HTTP_EXCEPTIONS=False,
        PROPAGATE_EXCEPTIONS=False,
        COMPRESS_ALGORITHM=["gzip"],
        COMPRESS_LEVEL=5,
        COMPRESS_MIN_SIZE=500,
    )
    if n := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, n, n, n, n)  # type: ignore[method-assign]


def _choose_language(app: Flask) -> None:
    @app.before_request
    def choose() -> None:
        asked = request.cookies.get("language")
        i18n.speak(asked if asked in i18n.LANGUAGES else i18n.DEFAULT)


def _home() -> Response:
    return redirect(nav.home(actor()), 303)
