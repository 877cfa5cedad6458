"""The web application: factory, guard, error pages, assets."""

from outreach.web.app import Outreach, create_app

__all__ = ["Outreach", "create_app"]
