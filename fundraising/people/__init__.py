"""People who can sign in: letters with links, sessions, passkeys, and who is asking."""
