"""Tokens in addresses: made from a nonce and SECRET_KEY, so that neither a letter's row nor any other holds one.

A row keeps `hashed(token)`, the letter about it the nonce; whoever reads the database alone has neither.
"""

import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256

import orjson

from fundraising.settings import Settings

PATTERN = r"[\w-]{43}"  # 32 bytes in base64url
TOKEN = re.compile(PATTERN, re.ASCII)


def make_nonce() -> str:
    """Something random, to be kept with the facts of a letter."""
    return secrets.token_hex(16)


def token_from(settings: Settings, purpose: str, nonce: str) -> str:
    """The token of a nonce, different for each purpose."""
    made = hmac.new(settings.key, f"{purpose} {nonce}".encode(), sha256).digest()
    return urlsafe_b64encode(made).rstrip(b"=").decode()


def fingerprint_of(settings: Settings, typed: object) -> str:
    """A keyed hash of what was typed: equal for the same from another tab, telling nothing of what it was.

    Args:
        typed: as JSON has it.
    """
    return hmac.new(settings.key, orjson.dumps(typed, option=orjson.OPT_SORT_KEYS), sha256).hexdigest()


def hashed(token: str) -> str:
    """What is kept of a token: it has 256 bits, so that a plain hash is enough."""
    return sha256(token.encode()).hexdigest()
