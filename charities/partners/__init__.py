"""Partners of a charity: invited by letter, with a role each."""
