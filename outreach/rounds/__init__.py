"""A team's plan for a day: routes and stops, published to phones."""
