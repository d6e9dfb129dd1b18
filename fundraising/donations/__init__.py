"""Donations: one supporter's intention to give to one fund. The form, Gift Aid, the fee, thank-you and living receipt.

A supporter comes in from any page that shows a fund.
"""
