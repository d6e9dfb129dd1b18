"""Ids that look like Stripe's."""

import secrets
import string

ALPHABET = string.ascii_letters + string.digits
LENGTHS = {"cs_test_a1": 56, "pi_3": 23, "ch_3": 23, "py_3": 23, "acct_1": 15, "req_": 14, "mandate_1": 23}


def new_id(beginning: str) -> str:
    """A new id, such as `ch_3…` or `acct_1…`; `beginning` is all that is the same of each."""
    length = LENGTHS.get(beginning, 23)
    return beginning + "".join(secrets.choice(ALPHABET) for _ in range(length))
