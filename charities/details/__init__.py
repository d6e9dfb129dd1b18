"""What a charity says of itself, changed at its own desk."""
