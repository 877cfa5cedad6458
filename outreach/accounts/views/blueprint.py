"""The blueprint, and what its pages give to every page: display choices and the way out."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request, url_for

bp = Blueprint("accounts", __name__)
A_YEAR = 365 * 24 * 3600


@bp.app_context_processor
def everywhere() -> dict[str, object]:
    """Text size and contrast as this browser has chosen them, and where to sign out."""
    display = {"text": request.cookies.get("text"), "contrast": request.cookies.get("contrast")}
    return {"display": display, "sign_out_url": url_for("accounts.sign_out")}


def remember(response: Response, **choices: str) -> None:
    """Keep choices about how pages look in this browser's cookies."""
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    for name, value in choices.items():
        response.set_cookie(
            name, value, max_age=A_YEAR, httponly=True, samesite="Lax", secure=secure
        )
