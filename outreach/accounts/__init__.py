"""People who sign in, what they may do, and the devices they do it on."""
