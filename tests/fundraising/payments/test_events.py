"""What events say, read without a database."""

import pytest

from fundraising.payments.events import READERS, NotAnEvent, Says, arrive, fetched, read
from tests.makers import arrival, event

NAMED = """
checkout.session.completed checkout.session.async_payment_succeeded checkout.session.async_payment_failed
checkout.session.expired payment_intent.succeeded charge.succeeded charge.updated charge.refunded refund.created
refund.updated refund.failed charge.dispute.created charge.dispute.updated charge.dispute.closed
charge.dispute.funds_withdrawn charge.dispute.funds_reinstated account.updated account.application.deauthorized
payout.paid payout.failed
""".split()


def test_every_event_that_we_name_to_stripe_is_understood() -> None:
    """The list in the README and the readers agree."""
    assert set(NAMED) == set(READERS)


def test_an_unknown_type_says_nothing() -> None:
    """Stripe adds types; they are kept, of no effect."""
    assert read(arrival("treasury.teapot.boiled", {})).says is Says.NOTHING


@pytest.mark.parametrize(
    "change",
    [
        {"id": None},
        {"id": ""},
        {"id": "x" * 300},
        {"id": "evt_\0"},
        {"type": 5},
        {"livemode": "false"},
        {"created": "yesterday"},
        {"created": 1e30},
        {"data": {}},
        {"data": {"object": []}},
        {"account": {}},
    ],
)
def test_a_body_that_is_not_an_event_is_told_from_one(change: dict[str, object]) -> None:
    """Signed nonsense is refused before it reaches the database."""
    with pytest.raises(NotAnEvent):
        arrive("", event("payout.paid", {}) | change)


def test_no_event_at_all_is_refused() -> None:
    """JSON that is no object."""
    for body in (None, [], 1, "evt", {}):
        with pytest.raises(NotAnEvent):
            arrive("", body)


def test_an_expanded_object_counts_as_its_id() -> None:
    """What we fetch may hold the object where an event holds its id."""
    fact = read(
        arrival(
            "payment_intent.succeeded",
            {"id": "pi_1", "amount_received": 5, "currency": "gbp", "latest_charge": {"id": "ch_1"}},
        )
    )
    assert fact.charge_id == "ch_1"


def test_a_charge_that_was_not_taken_is_no_payment() -> None:
    """Pending, failed or only reserved."""
    for change in ({"status": "pending"}, {"status": "failed"}, {"captured": False}):
        charge = {"id": "ch_1", "amount": 5, "currency": "gbp", "status": "succeeded", "captured": True} | change
        assert read(arrival("charge.updated", charge)).says is Says.NOTHING


def test_the_same_answer_fetched_twice_is_the_same_event() -> None:
    """And a changed one is another."""
    one, two = (fetched("refund.updated", {"id": "re_1", "status": s}, account=None, livemode=False) for s in "ab")
    again = fetched("refund.updated", {"status": "a", "id": "re_1"}, account=None, livemode=False)
    assert one.id == again.id != two.id
