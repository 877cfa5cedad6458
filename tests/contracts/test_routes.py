"""Every route, walked: who may call it is declared, strangers and foreign pages are turned away."""

from __future__ import annotations

from uuid import UUID

from werkzeug.routing import Rule

from outreach.accounts.access import Door, declared
from outreach.accounts.models import Role
from outreach.web import Outreach
from tests.factories import Make

ID = UUID(int=7)
VALUES = {"uuid": ID, "string": "x", "int": 1, "path": "x", "default": "x", "date": "2026-11-21"}


def rules(app: Outreach) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "asset"]


def url_of(app: Outreach, rule: Rule) -> str:
    kinds = {
        name: type(converter).__name__.removesuffix("Converter").lower()
        for name, converter in rule._converters.items()
    }
    values = {name: VALUES.get(kind, "x") for name, kind in kinds.items()}
    values = {name: ID if kinds[name] == "uuid" else value for name, value in values.items()}
    return app.url_map.bind("localhost").build(rule.endpoint, values)


def unsafe(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"})


def test_every_route_declares_who_may_call_it(app: Outreach) -> None:
    silent = [r.rule for r in rules(app) if declared(app.view_functions[r.endpoint]) is None]
    assert silent == []


def test_strangers_are_asked_to_sign_in_everywhere_but_at_public_doors(app: Outreach) -> None:
    client = app.test_client()
    for rule in rules(app):
        access = declared(app.view_functions[rule.endpoint])
        assert access is not None
        if access.door is not None:
            continue
        for method in {"GET", *unsafe(rule)} & (rule.methods or set()):
            answer = client.open(url_of(app, rule), method=method, json=None)
            where = answer.headers.get("Location", "")
            assert answer.status_code == 401 or "/sign-in" in where, f"{method} {rule.rule}"


def test_a_form_from_another_site_is_refused_on_every_route(
    app: Outreach, make: Make, sign_in
) -> None:
    client = sign_in(make.user(Role.ADMINISTRATOR))
    for rule in rules(app):
        access = declared(app.view_functions[rule.endpoint])
        assert access is not None
        if access.door is Door.CALLBACK:
            continue
        for method in unsafe(rule):
            for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
                answer = client.open(url_of(app, rule), method=method, headers=headers)
                assert answer.status_code == 403, f"{method} {rule.rule}"


def test_a_role_that_is_not_named_is_refused(app: Outreach, make: Make, sign_in) -> None:
    browsers = {role: sign_in(make.user(role)) for role in Role}
    for rule in rules(app):
        access = declared(app.view_functions[rule.endpoint])
        assert access is not None
        if access.door is not None:
            continue
        for role in set(Role) - access.roles:
            for method in {"GET", *unsafe(rule)} & (rule.methods or set()):
                answer = browsers[role].open(url_of(app, rule), method=method)
                assert answer.status_code == 403, f"{role} {method} {rule.rule}"


def test_hardly_anything_is_public(app: Outreach) -> None:
    named = {r.endpoint: declared(app.view_functions[r.endpoint]) for r in rules(app)}
    doors = {endpoint for endpoint, access in named.items() if access and access.door}
    assert doors <= {
        "health.healthz",
        "accounts.sign_in",
        "accounts.sign_in_submit",
        "accounts.invitation",
        "accounts.accept_invitation",
        "accounts.language",
        "messaging.brandname_status",
        "messaging.twilio_status",
        "notifications.act",
        "notifications.badge",
        "notifications.brandname_reply",
        "notifications.check",
        "notifications.look",
        "notifications.twilio_reply",
        "procedures.follow",
        "worker.script",
        "worker.offline",
        "worker.manifest",
    }
