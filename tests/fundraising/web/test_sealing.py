"""Sealing: only the same site opens it, for the same purpose, unchanged."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from fundraising.settings import Settings, load_settings
from fundraising.web.sealing import SealBroken, seal, unseal


def site(key: str) -> Settings:
    """Settings that know nothing but a key."""
    return load_settings(_env_file=None, secret_key=key * 40)


OURS, OTHERS = site("a"), site("b")


@hypothesis_settings(suppress_health_check=[HealthCheck.too_slow], max_examples=50)
@given(st.binary(max_size=300), st.text(max_size=20))
def test_what_was_sealed_is_read_again(data: bytes, purpose: str) -> None:
    """Whatever it is, and never twice the same to look at."""
    sealed = seal(OURS, purpose, data)
    assert unseal(OURS, purpose, sealed) == data
    assert sealed != seal(OURS, purpose, data)
    assert len(data) < 4 or data not in sealed


def test_another_key_opens_nothing_and_says_so() -> None:
    """In words that lead to the setting."""
    with pytest.raises(SealBroken, match="SECRET_KEY"):
        unseal(OTHERS, "notes", seal(OURS, "notes", b"allergic to bees"))


def test_another_purpose_opens_nothing() -> None:
    """A secret of a code app is no medical note."""
    with pytest.raises(SealBroken):
        unseal(OURS, "notes", seal(OURS, "code app", b"12345"))


@given(st.integers(min_value=0, max_value=44), st.integers(min_value=1, max_value=255))
def test_a_changed_byte_breaks_the_seal(at: int, by: int) -> None:
    """Wherever it stands."""
    sealed = bytearray(seal(OURS, "notes", b"allergic to bees"))
    sealed[at] ^= by
    with pytest.raises(SealBroken):
        unseal(OURS, "notes", bytes(sealed))


@pytest.mark.parametrize("nonsense", [b"", b"\x01", b"\x01" + b"x" * 12, b"never sealed"])
def test_nonsense_is_refused(nonsense: bytes) -> None:
    """However short."""
    with pytest.raises(SealBroken):
        unseal(OURS, "notes", nonsense)
