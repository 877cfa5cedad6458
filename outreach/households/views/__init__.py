"""The pages of the register: homes, people, consents and imports."""

from outreach.households.views import consents, imports, people, register, safety
from outreach.households.views.blueprint import bp

__all__ = ["bp", "consents", "imports", "people", "register", "safety"]
