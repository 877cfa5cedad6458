"""A commune to try the site with: made up, the same at every first start."""

from outreach.web.demo.fill import Shown, fill_when_empty

__all__ = ["Shown", "fill_when_empty"]
