"""Read-only figures for leaders and officers; may read across features."""
