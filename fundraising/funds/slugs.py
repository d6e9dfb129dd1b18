"""From a name to the last part of an address."""

import re
import unicodedata
from collections.abc import Container

import asyncpg

from fundraising.funds.models import FundKind

LEAST, MOST = 3, 50  # characters; a number may follow
# They read like pages of the house.
RESERVED = frozenset((
    "account", "admin", "apply", "charity", "desk", "donate", "edit", "fees", "founded", "guidance", "help", "house",
    "new", "official", "organiser", "page", "payment", "payments", "privacy", "refund", "refunds", "security",
    "sign-in", "staff", "stripe", "support", "team", "terms",
))  # fmt: skip


def slug_of(name: str, otherwise: str) -> str:
    """A name in small Latin letters, digits and hyphens: Łódź Mile becomes lodz-mile.

    Args:
        otherwise: what stands for a name of which nothing is left, in another script for example.
    """
    plain = unicodedata.normalize("NFKD", name.casefold().translate(LETTERS)).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    slug = "-".join(words)[:MOST].strip("-")
    return slug if slug and slug not in RESERVED else otherwise


def is_plain(name: str) -> bool:
    """Whether no word of a name mixes letters that look alike: Latin, Greek and Cyrillic."""
    for word in name.split():
        scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in word if letter.isalpha()}
        if len(scripts & LOOK_ALIKE) > 1:
            return False
    return True


def free_slug(name: str, taken: Container[str], otherwise: str) -> str:
    """The slug of a name, with a number after it when somebody else has it already."""
    slug = slug_of(name, otherwise)
    return next(one for one in (slug, *(f"{slug}-{n}" for n in range(2, 100_000))) if one not in taken)


async def find_free(connection: asyncpg.Connection, kind: FundKind, name: str) -> str:
    """A slug for a new fund that no other of its kind has; nobody else takes it before the transaction ends."""
    stem = slug_of(name, otherwise=str(kind))
    await connection.execute("select pg_advisory_xact_lock(hashtextextended($1, 1))", f"{kind} {stem}")
    like = """
    select slug from fund where kind = $1 and (slug = $2 or slug like $2 || '-%')
    union all select slug from old_address where kind = $1 and (slug = $2 or slug like $2 || '-%')
    """
    return free_slug(name, {row["slug"] for row in await connection.fetch(like, str(kind), stem)}, str(kind))


LOOK_ALIKE = frozenset({"LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE"})
LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "’": "'"})
