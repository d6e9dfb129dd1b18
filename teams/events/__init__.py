"""Events and their races. Visitors come in at `/` and `/events/{event}`."""
