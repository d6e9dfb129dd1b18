"""Payments: Stripe and nothing else. Checkout, webhook intake, ledger, settling, accounts, reconciling, books.

Donations and entries come in here with money to take; Stripe comes in by its webhooks. Inside, imports go one way:
views › books, reconcile › settle › checkout, intake › batch › accounts › booking › events, ledger, stripe › models.
"""
