"""Lists from the police, a bank or a carrier that confirm many cases at once."""
