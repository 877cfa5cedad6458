"""Community digital teams: members, skills and when they can come."""
