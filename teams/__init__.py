"""The wing of those who run: events, entries, roster, results."""
