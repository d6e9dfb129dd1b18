"""Pledges: promises that are in no total yet: cash until it is confirmed, and sponsorship by result."""
