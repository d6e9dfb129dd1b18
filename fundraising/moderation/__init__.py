"""Moderation: what was reported, what waits to be looked at, and who hides it; the money stays."""
