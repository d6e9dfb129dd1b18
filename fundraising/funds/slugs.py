"""Addresses made from names: short, plain, and never taken twice."""

import re
import unicodedata

import asyncpg

from fundraising.funds.models import FundKind

MOST = 48
RESERVED = frozenset(
    {"admin", "new", "edit", "donate", "live", "widget", "gifts", "runners", "apply", "desk", "organiser"}
)
NOT_IN_ASCII = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)


def slug_of(name: str, otherwise: str) -> str:
    """A name as part of an address: lower case, no accents; of another script, `otherwise`."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(NOT_IN_ASCII)).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MOST].strip("-")
    return slug if slug and slug not in RESERVED else otherwise


async def find_free(connection: asyncpg.Connection, kind: FundKind, name: str) -> str:
    """An address for a new fund that nobody has; held until the end of the transaction."""
    stem = slug_of(name, otherwise=str(kind))
    await connection.execute("select pg_advisory_xact_lock(hashtextextended($1, 1))", f"{kind} {stem}")
    taken = {
        row["slug"]
        for row in await connection.fetch(
            "select slug from fund where kind = $1 and (slug = $2 or slug like $2 || '-%')", str(kind), stem
        )
    }
    number = 2
    slug = stem
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    return slug
