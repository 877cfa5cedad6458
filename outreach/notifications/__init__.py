"""SMS as policy: which event earns which text, and when."""
