"""Volunteer coordination and citizen outreach for community digital teams."""
