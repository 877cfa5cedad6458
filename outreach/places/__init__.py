"""Areas and how they succeed one another: province, commune, neighbourhood, cell."""
