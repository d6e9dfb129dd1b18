"""Matching: a sponsor's pot adds to gifts, to the penny, until it is empty."""
