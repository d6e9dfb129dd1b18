"""Teams. Visitors come in at `/teams/{team}`, captains and their friends too."""
