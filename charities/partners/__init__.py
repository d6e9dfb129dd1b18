"""Who may see a charity's desk: partners, their roles, invitations, and the log of who looked at donors."""
