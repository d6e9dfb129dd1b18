"""Another address for a fund, as its owner chose it: the old one leads on for good, and nobody else can move in."""

import re

import asyncpg

from fundraising.errors import BadInput
from fundraising.funds.looks import look_of
from fundraising.funds.models import FundKind
from fundraising.funds.slugs import LEAST, MOST, RESERVED

MOST_MOVES = 5  # of one fund: each takes an address away from everybody else
NOW = "select slug from fund where id = $1"
LOCK = "select pg_advisory_xact_lock(hashtextextended($1, 1))"
OTHERS = """
select slug from fund where kind = $1 and id <> $2
union all select slug from old_address where kind = $1 and fund_id <> $2
"""
LEFT = "select count(*) from old_address where fund_id = $1 and slug <> $2"
BACK = "delete from old_address where kind = $1 and slug = $2 and fund_id = $3"
MOVE = "update fund set slug = $2, version = version + 1 where id = $1"
LEAVE = "insert into old_address (kind, slug, fund_id, left_at) values ($1, $2, $3, now())"
SHAPE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
ODD = f"An address has small letters a to z, digits and single hyphens: {LEAST} to {MOST} of them."
TAKEN = "This address, or one that reads like it, belongs to somebody else already."
OFTEN = f"This page has changed its address {MOST_MOVES} times, which is as often as it can."


def must_be_a_slug(typed: str) -> str:
    """An address as people type it: spaces become hyphens, capitals small; anything else is said to be odd.

    Raises:
        ValueError: with a sentence for whoever typed it.
    """
    slug = "-".join(typed.casefold().split())
    if not SHAPE.fullmatch(slug) or not LEAST <= len(slug) <= MOST:
        raise ValueError(ODD)
    if slug in RESERVED:
        raise ValueError("This word is kept for pages of the house. Please choose another.")
    return slug


async def rename(connection: asyncpg.Connection, kind: FundKind, fund_id: int, slug: str) -> None:
    """Move a fund to another address within the caller's transaction, which has locked the fund.

    Going back to an address that it had before is no move.

    Raises:
        BadInput: when it is somebody's, or looks like it, or this fund has moved too often.
    """
    before = await connection.fetchval(NOW, fund_id)
    if slug == before:
        return
    await connection.execute(LOCK, f"{kind} moves")  # one at a time: what looks alike is known by no index
    look = look_of(slug)
    others = await connection.fetch(OTHERS, str(kind), fund_id)
    if any(row["slug"] == slug or look_of(row["slug"]) == look for row in others):
        raise BadInput({"slug": TAKEN}, {})
    if await connection.fetchval(LEFT, fund_id, slug) >= MOST_MOVES:
        raise BadInput({"slug": OFTEN}, {})
    await connection.execute(BACK, str(kind), slug, fund_id)
    try:
        async with connection.transaction():
            await connection.execute(MOVE, fund_id, slug)
            await connection.execute(LEAVE, str(kind), before, fund_id)
    except (asyncpg.UniqueViolationError, asyncpg.RestrictViolationError):  # somebody was opened there just now
        raise BadInput({"slug": TAKEN}, {}) from None
