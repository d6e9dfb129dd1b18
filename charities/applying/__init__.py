"""A charity applies; the organiser approves, asks back or declines."""
