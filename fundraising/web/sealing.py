"""Sealing: what only this site may read again is encrypted before it is kept, under a key made from SECRET_KEY.

AES-256-GCM; each purpose has a key of its own, so that what was sealed for one cannot be passed off as another's.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from fundraising.settings import Settings

VERSION = b"\x01"  # so that another way of sealing may come later and still read what stands
NONCE_BYTES = 12


class SealBroken(Exception):
    """It was sealed with another SECRET_KEY, for another purpose, or was changed since."""


def seal(settings: Settings, purpose: str, data: bytes) -> bytes:
    """Encrypt what is to be kept.

    Args:
        purpose: what it is for, such as "code app"; the same is needed to open it.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    return VERSION + nonce + _key(settings, purpose).encrypt(nonce, data, VERSION)


def unseal(settings: Settings, purpose: str, sealed: bytes) -> bytes:
    """Read again what was sealed for this purpose.

    Raises:
        SealBroken
    """
    nonce, rest = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    if sealed[:1] != VERSION or len(nonce) < NONCE_BYTES:
        raise SealBroken(f"What was kept for {purpose!r} does not look like anything that was sealed here.")
    try:
        return _key(settings, purpose).decrypt(nonce, rest, VERSION)
    except InvalidTag:
        raise SealBroken(
            f"What was sealed for {purpose!r} cannot be opened: was it sealed with another SECRET_KEY?"
        ) from None


def _key(settings: Settings, purpose: str) -> AESGCM:
    derived = HKDF(SHA256(), 32, salt=None, info=f"fundraising sealing {purpose}".encode()).derive(settings.key)
    return AESGCM(derived)
