"""What happened at the door: the volunteer's day and the reports made on it."""
