"""The first page of a charity's desk: what was raised, how it comes, what to do next."""
