"""Ids made here, before any call to anybody, so that a thing has its name before its first attempt."""

import os
import time
from uuid import UUID


def new_id() -> UUID:
    """A random id that sorts by time, so that its index stays compact (UUID version 7, RFC 9562 section 5.7)."""
    stamp = int(time.time() * 1000) & 0xFFFFFFFFFFFF
    random = int.from_bytes(os.urandom(10), "big")
    value = stamp << 80 | 0x7 << 76 | (random >> 68 & 0xFFF) << 64 | 0b10 << 62 | random & 0x3FFFFFFFFFFFFFFF
    return UUID(int=value)
