"""The wing of those who receive: charities and their public pages."""
