"""How money reaches a charity: its own Stripe account, or the organiser against a bank reference."""
