"""Who on a list is who in the register, and what may be confirmed of them. Pure."""
