"""Pages of accounts: signing in, one's own account, invitations, the register, the trail."""

from outreach.accounts.views import invitations, me, people, signing, trail
from outreach.accounts.views.blueprint import bp

__all__ = ["bp", "invitations", "me", "people", "signing", "trail"]
