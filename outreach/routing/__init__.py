"""Who visits whom in which order: pure functions over points; no tables, no Flask, no clock."""
