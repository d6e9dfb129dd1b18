"""The statement of a charity: any period, every movement, agreed with payouts and books."""
