"""An amount of money as people type it."""

import re

AMOUNT = re.compile(r"(?a:£?\s?((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]{1,2})?))")
ODD = "Please enter an amount in pounds, such as 25 or 25.50."
LEAST_TARGET, MOST_TARGET = 10_00, 1_000_000_00


def pence_of(typed: str) -> int:
    """An amount as people type it: 25, 25.50, £25, 1,000; nothing at all is an amount that is odd.

    Raises:
        ValueError: with a sentence for whoever typed it.
    """
    text = typed.strip()
    if text.startswith(("-", "−")):
        raise ValueError("An amount cannot be less than nothing. Please enter one such as 25.")
    if re.fullmatch(r"(?a:£?\s?[0-9,]*\.[0-9]{3,})", text) and len(text) < 40:
        raise ValueError("Please give at most two decimals, such as 25.50.")
    match = AMOUNT.fullmatch(text)
    if len(text) > 20 or not match:
        raise ValueError(ODD)
    pounds, _, rest = match[1].replace(",", "").partition(".")
    return int(pounds) * 100 + int(rest.ljust(2, "0") or 0)


def pence_of_target(typed: object) -> int | None:
    """A target as people type it; nothing at all is no target.

    Raises:
        ValueError: with a sentence for whoever typed it.
    """
    text = str(typed or "").strip()
    if not text:
        return None
    pence = pence_of(text)
    if not LEAST_TARGET <= pence <= MOST_TARGET:
        raise ValueError("A target lies between £10 and £1,000,000, or is left empty.")
    return pence
