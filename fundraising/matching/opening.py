"""The verbs of the organiser: a pot is opened, changed, closed and opened again; every page below it hears at once."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import asyncpg

from fundraising.errors import BadInput, NotFound
from fundraising.funds.addresses import fund_at
from fundraising.funds.counting import announce
from fundraising.matching.adding import CHANNEL, TELL, read_on
from fundraising.matching.forms import SENTENCES, NewPotForm, PotForm, in_utc
from fundraising.matching.models import Pot
from fundraising.store.database import transaction
from fundraising.web.saving import must_be_as_seen

LATE = timedelta(days=1)  # of what the clocks of machines may differ, and much more
# Where the ledger stood when the pot began; nothing that was paid since then stands before that.
HEAD = "select last_id from ledger_head"
BEGAN = "select coalesce(max(id), 0) from transfer where written_at < $1"
LOCK = "select id, fund_id, cap_pence, matched_pence, starts_at, ends_at, closed_at from pot where id = $1 for update"


async def open_pot(form: NewPotForm, zone: ZoneInfo, made_by: int) -> int:
    """Open a pot; gifts that were paid since it starts are added to at once, when that has been.

    Returns:
        Its id.

    Raises:
        BadInput
    """
    fund = await fund_at(form.page)
    if fund is None:
        raise BadInput({"page": "There is no page at that address. " + SENTENCES["page"]}, {})
    now = datetime.now(UTC).replace(microsecond=0)  # Stripe tells whole seconds
    starts_at, ends_at = in_utc(form.starts, zone) or now, in_utc(form.ends, zone)
    _must_follow(starts_at, ends_at, now)
    async with transaction() as writing:
        is_new = starts_at >= now
        read_to = await writing.fetchval(HEAD) if is_new else await writing.fetchval(BEGAN, starts_at - LATE)
        pot: Pot = await Pot.create(
            fund_id=fund.id,
            sponsor=form.sponsor,
            ratio_percent=form.percent,
            most_each_pence=form.most_each,
            cap_pence=form.cap,
            starts_at=starts_at,
            ends_at=ends_at,
            read_to=read_to,
            made_by_id=made_by,
        )
        await _tell(writing, fund.id)
    made: int = pot.id
    return made


def _must_follow(starts_at: datetime, ends_at: datetime | None, now: datetime) -> None:
    if ends_at is None:
        return
    if ends_at <= starts_at:
        raise BadInput({"ends": "It cannot end before it starts."}, {})
    if ends_at <= now:
        raise BadInput({"ends": "That has been already. Please choose a day to come, or leave it empty."}, {})


async def change_pot(pot_id: int, form: PotForm, zone: ZoneInfo, seen: str) -> None:
    """Change how much there is, and until when.

    Raises:
        BadInput; NotFound; Overtaken
    """
    async with transaction() as writing:
        row = await _lock(writing, pot_id)
        ends_at = in_utc(form.ends, zone)
        if (row["cap_pence"], row["ends_at"]) == (form.cap, ends_at):
            return  # the button was pressed twice
        must_be_as_seen(stands(row), seen)
        if form.cap < row["matched_pence"]:
            raise BadInput({"cap": "More than that has been added to gifts already."}, {})
        if ends_at != row["ends_at"]:
            _must_follow(row["starts_at"], ends_at, datetime.now(UTC))
        await Pot.filter(id=pot_id).update(cap_pence=form.cap, ends_at=ends_at)
        await _tell(writing, row["fund_id"])


async def close_pot(pot_id: int) -> None:
    """Nothing is added any more; gifts that were paid before get theirs first. What was added stands."""
    await read_on(pot_id)
    async with transaction() as writing:
        row = await _lock(writing, pot_id)
        if row["closed_at"] is None:
            await Pot.filter(id=pot_id).update(closed_at=datetime.now(UTC))
            await _tell(writing, row["fund_id"])


async def reopen_pot(pot_id: int) -> None:
    """It adds to gifts again, to those that come from now on: those that came meanwhile it has read as a closed one."""
    await read_on(pot_id)
    async with transaction() as writing:
        row = await _lock(writing, pot_id)
        if row["closed_at"] is not None:
            await Pot.filter(id=pot_id).update(closed_at=None)
            await _tell(writing, row["fund_id"])


async def _lock(writing: asyncpg.Connection, pot_id: int) -> asyncpg.Record:
    row = await writing.fetchrow(LOCK, pot_id)
    if row is None:
        raise NotFound
    return row


def stands(pot: asyncpg.Record) -> list[int]:
    """How a pot stands, for who saves second."""
    return [pot["cap_pence"], int(pot["ends_at"].timestamp()) if pot["ends_at"] else 0]


async def _tell(writing: asyncpg.Connection, fund_id: int) -> None:
    """Who watches the fund, and who watches anything below it; the pots are woken by the same word."""
    await announce(writing, [fund_id])
    await writing.execute(TELL, CHANNEL, str(fund_id))
