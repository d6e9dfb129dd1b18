"""The pledge page, and the pages that say what holds for all of them."""
