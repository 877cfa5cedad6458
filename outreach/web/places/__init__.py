"""Pages about areas. They live here because `places` lies below accounts: it knows no roles."""
