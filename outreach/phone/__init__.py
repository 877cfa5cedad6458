"""The volunteer's phone and the server: what it keeps for a day, sends later, or hands over."""
