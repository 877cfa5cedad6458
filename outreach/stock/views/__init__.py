"""HTTP for the stock: lists, one phone with its history, deliveries, handing out, bags."""

from outreach.stock.views import bags, delivering, giving, lists
from outreach.stock.views.blueprint import bp

__all__ = ["bags", "bp", "delivering", "giving", "lists"]
