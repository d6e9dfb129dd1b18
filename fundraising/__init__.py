"""The ground floor of the platform: people, funds, payments, donations, pages, mail, web and store.

The roof (`app`, `cli`, `demo`, `example`) puts the rooms together; nothing below imports it.
"""

__version__ = "0.1.0"
