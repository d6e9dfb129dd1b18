"""Entries: a runner's place in a race, from the hold at Checkout to the start line."""
