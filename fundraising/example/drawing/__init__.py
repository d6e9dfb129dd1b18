"""Pictures drawn by code: flat, warm, free of anybody's rights. `fundraising.example.portraits` is the way in."""
