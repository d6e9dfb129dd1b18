"""One trip through Checkout for several gifts: how what happens to the whole is shared out among them. Pure."""

from collections.abc import Sequence


def shares(pence: int, weights: Sequence[int]) -> list[int]:
    """An amount, shared out in proportion to the penny.

    Each gets its share rounded down; the pennies that are left go to those who lost most by that, the first of equals
    first. So the shares are all of the amount, none is a penny or more away from its exact part, and of an amount that
    is not more than the weights together none gets more than its weight.

    Args:
        pence: 0 or more.
        weights: 0 or more each, and not all 0.
    """
    whole = sum(weights)
    got = [pence * weight // whole for weight in weights]
    by_loss = sorted(range(len(weights)), key=lambda one: (-(pence * weights[one] % whole), one))
    for one in by_loss[: pence - sum(got)]:
        got[one] += 1
    return got
