"""What other programs read and are told: keys, a read-only JSON API, and webhooks that we send."""
