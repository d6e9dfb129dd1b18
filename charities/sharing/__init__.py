"""What a charity copies into its own site, its letters and onto its paper."""
