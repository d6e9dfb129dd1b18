"""What the SDK's own types say about parameters, and what Stripe therefore refuses."""

import pytest
import stripe

from fundraising.sandbox.parameters import checked
from fundraising.sandbox.wire import Invalid, Refused, decoded

REFUSED = {
    "an unknown parameter": ({"colour": "red"}, "parameter_unknown", "colour"),
    "the removed list of methods": ({"payment_method_types": ["card"]}, "parameter_unknown", "payment_method_types"),
    "an unknown nested parameter": (
        {"payment_intent_data": {"colour": "red"}},
        "parameter_unknown",
        "payment_intent_data[colour]",
    ),
    "a mode that is none": ({"mode": "gift"}, None, "mode"),
    "a moment that is no number": ({"expires_at": "tomorrow"}, "parameter_invalid_integer", "expires_at"),
    "a truth that is none": ({"allow_promotion_codes": "yes"}, None, "allow_promotion_codes"),
    "an empty text": ({"success_url": ""}, "parameter_invalid_empty", "success_url"),
    "a text where a list belongs": ({"line_items": "all"}, None, "line_items"),
    "a list where a text belongs": ({"mode": ["payment"]}, None, "mode"),
    "too many names": ({"metadata": {f"n{n}": "x" for n in range(51)}}, None, "metadata"),
    "a name too long": ({"metadata": {"n" * 41: "x"}}, None, f"metadata[{'n' * 41}]"),
    "a value too long": ({"metadata": {"n": "x" * 501}}, None, "metadata[n]"),
    "a part of the price": (
        {"line_items": [{"quantity": 1, "price_data": {"unit_amount": 2500}}]},
        "parameter_missing",
        "line_items[0][price_data][currency]",
    ),
}


@pytest.mark.parametrize(("more", "code", "param"), REFUSED.values(), ids=REFUSED.keys())
async def test_a_session_is_refused_over(bench, more, code, param):
    """What Stripe would not take is refused with 400, in its words, and names the parameter."""
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await bench.session(**more)
    assert refused.value.http_status == 400
    assert (refused.value.code, refused.value.param) == (code, param)
    assert bench.sandbox.listed("checkout.session") == []


async def test_a_parameter_of_the_headers_is_none_on_the_wire(bench):
    """What every SDK type inherits for its options is not taken in a body."""
    answer = await bench.post("/v1/refunds", "charge=ch_1&idempotency_key=a")
    assert answer.json()["error"]["code"] == "parameter_unknown"


async def test_a_refund_knows_three_reasons(bench):
    """The message lists them as Stripe does."""
    charge = await bench.charged()
    with pytest.raises(stripe.InvalidRequestError, match="must be one of duplicate, fraudulent, or requested_by_"):
        await bench.client.v1.refunds.create_async({"charge": charge, "reason": "regret"}, bench.options)


def test_numbers_truth_and_lists_come_out_as_such():
    """A form only holds texts; what comes out has the types of the SDK."""
    form = "expires_at=12&allow_promotion_codes=false&line_items[1][quantity]=2&line_items[0][quantity]=1&metadata[a]=1"
    taken = checked(decoded(form), stripe.params.checkout.SessionCreateParams)
    assert taken == {
        "expires_at": 12,
        "allow_promotion_codes": False,
        "line_items": [{"quantity": 1}, {"quantity": 2}],
        "metadata": {"a": "1"},
    }


def test_a_filter_by_time_is_a_number_or_bounds():
    """Both shapes that the SDK's union allows are taken."""
    shape = stripe.params.EventListParams
    assert checked(decoded("created=5"), shape) == {"created": 5}
    assert checked(decoded("created[gte]=5&types[]=a&types[]=b"), shape) == {"created": {"gte": 5}, "types": ["a", "b"]}


@pytest.mark.parametrize("form", ["a[=1", "mode=a&mode[b]=1", "mode[b]=1&mode=a", "%ff=1"])
def test_a_form_that_cannot_be_read_is_refused(form):
    """Broken brackets, contradictions and bytes that are no text never reach a rule."""
    with pytest.raises(Refused):
        checked(decoded(form), stripe.params.checkout.SessionCreateParams)


@pytest.mark.parametrize("number", ["1.5", "1e3", "٣", "", " 1", "0x1", "9" * 30])
def test_only_whole_numbers_in_our_digits_are_numbers(number):
    """Neither decimals nor other scripts pass for an amount."""
    with pytest.raises(Invalid):
        checked({"amount": number}, stripe.params.RefundCreateParams)


async def test_json_is_not_a_form(bench):
    """Stripe's first API only reads forms."""
    answer = await bench.post("/v1/refunds", '{"charge": "ch_1"}', content_type="application/json")
    assert answer.status_code == 400
    assert "application/x-www-form-urlencoded" in answer.json()["error"]["message"]


async def test_what_stripe_has_and_the_sandbox_has_not_is_refused_not_dropped(bench):
    """A platform never believes in a setting that the sandbox ignores."""
    with pytest.raises(stripe.InvalidRequestError, match="Stripe knows this parameter") as refused:
        await bench.session(phone_number_collection={"enabled": True})
    assert refused.value.code == "sandbox_unsupported"
