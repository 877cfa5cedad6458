"""Phone swaps: who is approved for a phone, and the hand-over with its record and receipt."""
