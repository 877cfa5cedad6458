"""Pages: the clerk's desk, the office's partners, and handing a case over."""

from outreach.partners.views import desk, exchange, handing, office
from outreach.partners.views.blueprint import bp

__all__ = ["bp", "desk", "exchange", "handing", "office"]
