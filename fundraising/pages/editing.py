"""What a runner changes about a page: its words, target, address, and who may see it.

Two tabs have it open: whoever saves second is told, and overwrites nothing unawares.
"""

from dataclasses import dataclass

import asyncpg

from fundraising.errors import BadInput, NotFound
from fundraising.funds.counting import announce, announce_above
from fundraising.funds.models import FundKind, FundState
from fundraising.funds.renaming import rename
from fundraising.pages import code
from fundraising.pages.forms import PageForm
from fundraising.pages.models import Seen
from fundraising.pages.standing import settle
from fundraising.store.database import connection, transaction
from fundraising.web.saving import is_as_typed, must_be_as_seen

STANDS = """
select f.name, f.slug, f.summary, f.target_pence, f.currency, coalesce(f.behind, f.state) as state, f.charity_id,
       g.title, g.story, g.video, g.in_memory_of, g.charity_funded, g.seen_by, g.is_paused, g.code_version,
       g.code_agreed_at, g.challenge, g.is_child, g.waits_for_guardian, g.stopped_because,
       f.hidden_at, f.hidden_because
from fund f join pledge_page g on g.fund_id = f.id where f.id = $1
"""
LOCK = "select id from fund where id = $1 for update"
CHANGE_FUND = "update fund set summary = $2, target_pence = $3, version = version + 1 where id = $1"
CHANGE_PAGE = """
update pledge_page set title = $2, story = $3, video = $4, in_memory_of = $5, charity_funded = $6, seen_by = $7,
       is_paused = $8 where fund_id = $1
"""
# What pages like it have reached: the middle one of the targets that were met, when there are enough to tell.
MET = """
select count(*) as n, percentile_disc(0.5) within group (order by f.target_pence) as pence
from fund f where f.kind = 'runner' and f.event_id = $1 and f.id <> $2 and f.state <> 'hidden'
  and f.target_pence is not null and f.raised_pence >= f.target_pence
"""
ENOUGH = 5
ASK_PENCE = 20_00  # what runners are asked for, and never obliged to
CLOSED = "This page is closed, and its gifts are listed with it: it cannot be hidden any more."


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A target, and why.

    Args:
        pages: how many pages it is drawn from; 0: it is what every runner is asked for.
    """

    pence: int
    pages: int


async def stands(fund_id: int) -> asyncpg.Record:
    """How a page stands now."""
    async with connection() as reading:
        return await _stands(reading, fund_id)


async def _stands(reading: asyncpg.Connection, fund_id: int) -> asyncpg.Record:
    row = await reading.fetchrow(STANDS, fund_id)
    if row is None:
        raise NotFound
    return row


def as_typed(row: asyncpg.Record) -> dict[str, str]:
    """How a page stands, as somebody would have typed it."""
    pence = row["target_pence"]
    texts = ("title", "summary", "story", "video", "in_memory_of", "seen_by", "slug")
    typed = {name: str(row[name]) for name in texts}
    typed["target"] = "" if pence is None else f"{pence / 100:.2f}".removesuffix(".00")
    ticks = {"charity_funded": row["charity_funded"], "is_paused": row["is_paused"], "code": bool(row["code_version"])}
    return typed | {name: "on" for name, ticked in ticks.items() if ticked}


async def change(fund_id: int, form: PageForm, seen: str) -> str:
    """Change a page.

    Args:
        seen: the version that its runner had before them.

    Returns:
        Its slug from now on.

    Raises:
        BadInput; Overtaken
    """
    async with transaction() as writing:
        await writing.execute(LOCK, fund_id)
        row = await _stands(writing, fund_id)
        before = as_typed(row)
        if row["code_version"]:
            form = form.model_copy(update={"code": True})  # what was agreed to is not asked for again
        if is_as_typed(form, before):
            return form.slug  # the button was pressed twice
        must_be_as_seen(before, seen)
        if row["state"] == FundState.CLOSED and form.seen_by is Seen.PRIVATE:
            raise BadInput({"seen_by": CLOSED}, {})
        await _write(writing, fund_id, form)
        if form.slug != before["slug"]:
            await rename(writing, FundKind.RUNNER, fund_id, form.slug)
            await announce_above(writing, fund_id)
        if form.code and not row["code_version"]:
            await code.agree(writing, fund_id)
        await settle(writing, fund_id)
        await announce(writing, [fund_id])
    return form.slug


async def _write(writing: asyncpg.Connection, fund_id: int, form: PageForm) -> None:
    await writing.execute(CHANGE_FUND, fund_id, form.summary, form.target)
    said = (
        form.title,
        form.story,
        form.video,
        form.in_memory_of,
        form.charity_funded,
        str(form.seen_by),
        form.is_paused,
    )
    await writing.execute(CHANGE_PAGE, fund_id, *said)


async def suggest_target(event_id: int | None, fund_id: int) -> Suggestion:
    """What a page may ask for: what pages of its event have reached, or what every runner is asked for."""
    async with connection() as reading:
        met = await reading.fetchrow(MET, event_id, fund_id)
    if met["n"] < ENOUGH:
        return Suggestion(ASK_PENCE, 0)
    return Suggestion(met["pence"], met["n"])
