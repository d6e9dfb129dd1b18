"""Our own check of Stripe's signature, held against the SDK's."""

import time

import hypothesis.strategies as st
import pytest
import stripe
from hypothesis import given

from fundraising.payments.stripe import NotSigned, must_be_signed

SECRET = "whsec_of_this_test"


def ours(payload: bytes, header: str) -> bool:
    """Whether we take it."""
    try:
        return must_be_signed(payload, header, (SECRET,)) == payload.decode()
    except NotSigned:
        return False


def theirs(payload: bytes, header: str) -> bool:
    """Whether the SDK takes it."""
    try:
        return bool(stripe.WebhookSignature.verify_header(payload.decode(), header, SECRET, tolerance=300))
    except (stripe.SignatureVerificationError, ValueError):
        return False


@given(text=st.text(), secret=st.sampled_from([SECRET, "whsec_another"]), age=st.integers(0, 299))
def test_what_the_sdk_signs_we_take_when_it_would(text: str, secret: str, age: int) -> None:
    """Any text, the right secret and the wrong one."""
    stamp = int(time.time()) - age
    header = stripe.WebhookSignature.generate_signature_header(text, secret, timestamp=stamp)
    assert ours(text.encode(), header) is theirs(text.encode(), header) is (secret == SECRET)


@given(
    text=st.text(max_size=20),
    before=st.text(max_size=8),
    after=st.text(max_size=8),
    scheme=st.sampled_from(["v1", "v0", "V1"]),
)
def test_a_bent_header_is_never_taken_by_us_alone(text: str, before: str, after: str, scheme: str) -> None:
    """Whatever stands around a signature: we are never more trusting than the SDK."""
    stamp = int(time.time())
    good = stripe.WebhookSignature.generate_signature_header(text, SECRET, timestamp=stamp)
    header = f"{before}{good.replace('v1=', f'{scheme}=')}{after}"
    if ours(text.encode(), header):
        assert theirs(text.encode(), header)


@pytest.mark.parametrize("age", [301, 100_000, -301, -100_000])
def test_an_old_or_future_signature_is_refused(age: int) -> None:
    """Five minutes either way; the SDK minds only the past."""
    header = stripe.WebhookSignature.generate_signature_header("{}", SECRET, timestamp=int(time.time()) - age)
    assert not ours(b"{}", header)
