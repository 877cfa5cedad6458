"""Banks, carriers and others, whose clerks act on the residents handed to them and no others."""
