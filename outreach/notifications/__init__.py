"""SMS as policy: which event earns which text, when it may arrive, and whom it would bother."""
