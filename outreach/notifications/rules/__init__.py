"""Pure decisions: when a phone may ring, what it is told, and what an answer means."""
