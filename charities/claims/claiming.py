"""What happens to a claim: begun, mended, sent to HMRC, received. Each verb owns its transaction.

A gift is in one claim alone, ever. A claim that was sent is never changed; what goes back later is taken off the next.
"""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg

from charities.claims.lines import How, Line, lines_of, troubles
from charities.claims.models import Claim, ClaimLine, ClaimState, LineKind
from charities.claims.reading import Over, find_changed, find_gifts, find_over
from charities.desk.asking import Desk
from fundraising.errors import NotFound, Problem
from fundraising.funds.counting import gift_aid
from fundraising.store.database import as_rows, transaction

MOST_NUMBER = 2**31 - 1  # that the database knows; nothing has it
LOCK = "select id from charity where id = $1 for no key update"
NEW = """
insert into claim (charity_id, number, state, from_on, to_on, gifts_pence, over_claimed_pence, made_by_id, made_at,
  reference)
select $1, coalesce(max(number), 0) + 1, 'draft', $2, $3, 0, 0, $4, now(), '' from claim where charity_id = $1
returning id, number
"""
COLUMNS = (
    "position", "kind", "title", "first_name", "last_name", "house", "postcode", "aggregated", "given_on", "pence",
)  # fmt: skip
LINES = """
insert into claim_line (claim_id, position, kind, title, first_name, last_name, house, postcode, aggregated, given_on,
  pence)
select $1, r.position, r.kind, r.title, r.first_name, r.last_name, r.house, r.postcode, r.aggregated, r.given_on,
       r.pence
from json_to_recordset($2::json) as r (position int, kind text, title text, first_name text, last_name text, house text,
     postcode text, aggregated text, given_on date, pence bigint)
"""
GIFTS = """
insert into claimed_gift (claim_id, line_id, payment_id, cash_gift_id, pence)
select $1, l.id, r.payment, r.cash, r.pence
from json_to_recordset($2::json) as r (position int, payment uuid, cash bigint, pence bigint)
     join claim_line l on l.claim_id = $1 and l.position = r.position
"""
OVERS = """
insert into over_claim (gift_id, claim_id, pence, tax_pence, because)
select r.gift, $1, r.pence, r.tax, r.because
from json_to_recordset($2::json) as r (gift bigint, pence bigint, tax bigint, because text)
"""
ADD_UP = """
update claim set gifts_pence = (select coalesce(sum(pence), 0) from claim_line where claim_id = $1),
       over_claimed_pence = (select coalesce(sum(tax_pence), 0) from over_claim where claim_id = $1)
where id = $1
"""
# A line's sum and day are those of its gifts; a line without any is gone.
LINE_ADDS_UP = """
update claim_line l set pence = g.pence from (select line_id, sum(pence)::bigint as pence from claimed_gift
where claim_id = $1 group by line_id) g where l.id = g.line_id and l.pence <> g.pence
"""
EMPTY = (
    "delete from claim_line l where claim_id = $1 and not exists (select from claimed_gift g where g.line_id = l.id)"
)
TELL_DONORS = """
update declaration w set {} = $2 from claimed_gift g join donation d on d.payment_id = g.payment_id
where g.claim_id = $1 and w.donation_id = d.id and w.cancelled_at is null
"""


class DraftOpen(Problem):
    """One claim at a time."""

    status = 409
    title = "A claim is open already"
    sentence = "Finish it or drop it first: its gifts are held for it, so that nothing is claimed twice."


class NothingToClaim(Problem):
    """No gift of that period may be claimed."""

    status = 422
    title = "Nothing to claim"
    sentence = "In this period there is no gift with a declaration that is not in a claim already."


class NotReady(Problem):
    """A claim that cannot be sent like this."""

    status = 409
    title = "Not yet"


class Sent(NotReady):
    """What has been sent is never changed."""

    title = "This claim has been sent"
    sentence = "It is never changed. What went back since is taken off the next claim."


async def begin(desk: Desk, zone: ZoneInfo, first: date, last: date, how: How) -> int:
    """Begin a claim over a period: its gifts are held for it.

    Args:
        first, last: days in the zone, both included.

    Returns:
        The claim's number within its charity.

    Raises:
        DraftOpen; NothingToClaim
    """
    async with transaction() as writing:
        await writing.execute(LOCK, desk.charity_id)
        if await Claim.exists(charity_id=desk.charity_id, state=ClaimState.DRAFT):
            raise DraftOpen
        gifts = await find_gifts(writing, desk.fund.id, zone, first, last)
        if not gifts:
            raise NothingToClaim
        claim = await writing.fetchrow(NEW, desk.charity_id, first, last, desk.asker.id)
        await _write_lines(writing, claim["id"], lines_of(gifts, how))
        await _carry_over(writing, claim["id"], await find_over(writing, desk.charity_id))
        await writing.execute(ADD_UP, claim["id"])
    return int(claim["number"])


async def _write_lines(writing: asyncpg.Connection, claim: int, lines: list[Line]) -> None:
    rows = [
        [at, *(str(getattr(line, name)) if name == "kind" else getattr(line, name) for name in COLUMNS[1:])]
        for at, line in enumerate(lines, 1)
    ]
    await writing.execute(LINES, claim, as_rows(COLUMNS, rows))
    gifts = [
        (at, gift.payment_id, gift.cash_gift_id, gift.pence) for at, line in enumerate(lines, 1) for gift in line.gifts
    ]
    await writing.execute(GIFTS, claim, as_rows(("position", "payment", "cash", "pence"), gifts))


async def _carry_over(writing: asyncpg.Connection, claim: int, overs: list[Over]) -> None:
    """Take off what was claimed before and has gone back since."""
    rows = [
        (
            over.gift_id,
            over.claimed_pence - over.now_pence,
            gift_aid(over.claimed_pence) - gift_aid(over.now_pence),
            over.because,
        )
        for over in overs
    ]
    if rows:
        await writing.execute(OVERS, claim, as_rows(("gift", "pence", "tax", "because"), rows))


async def mend(desk: Desk, number: int, position: int, typed: dict[str, str]) -> None:
    """Change how a line of a draft names its donor; declarations stay as they were made.

    Args:
        typed: title, first_name, last_name, house, postcode.

    Raises:
        NotFound; Sent
    """
    async with transaction():
        line = await _line_of_draft(desk, number, position)
        await ClaimLine.filter(id=line.id).update(**typed)


async def leave_out(desk: Desk, number: int, position: int) -> None:
    """Take a line out of a draft: its gifts may be claimed another time.

    Raises:
        NotFound; Sent
    """
    async with transaction() as writing:
        line = await _line_of_draft(desk, number, position)
        await ClaimLine.filter(id=line.id).delete()
        await writing.execute(ADD_UP, line.claim_id)


async def drop(desk: Desk, number: int) -> None:
    """Give a draft up: its gifts may be claimed another time.

    Raises:
        NotFound; Sent
    """
    async with transaction():
        claim = await _draft(desk, number)
        await Claim.filter(id=claim.id).delete()


async def catch_up(desk: Desk, number: int) -> int:
    """Bring a draft up to date with what has gone back since it was begun.

    Returns:
        How many of its gifts have changed.

    Raises:
        NotFound; Sent
    """
    async with transaction() as writing:
        return await _catch_up(writing, await _draft(desk, number))


async def _catch_up(writing: asyncpg.Connection, claim: Claim) -> int:
    changed = await find_changed(writing, claim.id)
    for row in changed:
        if row["now_pence"] > 0:
            await writing.execute("update claimed_gift set pence = $2 where id = $1", row["id"], row["now_pence"])
        else:
            await writing.execute("delete from claimed_gift where id = $1", row["id"])
    if changed:
        await writing.execute(EMPTY, claim.id)
        await writing.execute(LINE_ADDS_UP, claim.id)
        await writing.execute(ADD_UP, claim.id)
    return len(changed)


async def mark_claimed(desk: Desk, number: int, on: date, reference: str) -> None:
    """The claim has been sent to HMRC: from now on it is never changed, and its donors' receipts say so.

    Raises:
        NotFound; Sent; NotReady: while a line would be refused, or gifts have gone back since it was last looked at.
    """
    async with transaction() as writing:
        claim = await _draft(desk, number)
        if await find_changed(writing, claim.id):
            raise NotReady("Gifts in it have gone back since. Bring it up to date, and hand in the new files.")
        lines = await ClaimLine.filter(claim=claim)
        wrong = sum(1 for line in lines if troubles(as_line(line)))
        if wrong or not lines:
            raise NotReady(
                f"{wrong} of its lines would be refused by HMRC. Mend them, or leave them out." if wrong else ""
            )
        await Claim.filter(id=claim.id).update(state=ClaimState.CLAIMED, claimed_on=on, reference=reference)
        await writing.execute(TELL_DONORS.format("claimed_on"), claim.id, on)


async def mark_received(desk: Desk, number: int, on: date, pence: int) -> None:
    """HMRC has paid.

    Raises:
        NotFound; NotReady: when it has not been sent yet, or is received already.
    """
    async with transaction() as writing:
        claim = await get_claim(desk, number, locked=True)
        if claim.state is not ClaimState.CLAIMED:
            raise NotReady("Only a claim that has been sent to HMRC, and not been paid yet, can be received.")
        await Claim.filter(id=claim.id).update(state=ClaimState.RECEIVED, received_on=on, received_pence=pence)
        await writing.execute(TELL_DONORS.format("received_on"), claim.id, on)


async def get_claim(desk: Desk, number: int, *, locked: bool = False) -> Claim:
    """A claim of the desk's own charity.

    Raises:
        NotFound
    """
    found = Claim.filter(charity_id=desk.charity_id, number=min(number, MOST_NUMBER))
    claim = await (found.select_for_update() if locked else found).first()
    if claim is None:
        raise NotFound
    return claim


async def _draft(desk: Desk, number: int) -> Claim:
    claim = await get_claim(desk, number, locked=True)
    if claim.state is not ClaimState.DRAFT:
        raise Sent
    return claim


async def _line_of_draft(desk: Desk, number: int, position: int) -> ClaimLine:
    claim = await _draft(desk, number)
    line = await ClaimLine.get_or_none(claim=claim, position=min(position, MOST_NUMBER))
    if line is None:
        raise NotFound
    return line


def as_line(row: ClaimLine) -> Line:
    """A kept line as the rules know it; without its gifts."""
    given: dict[str, Any] = {name: getattr(row, name) for name in COLUMNS[1:]}
    return Line(**given | {"kind": LineKind(row.kind), "gifts": ()})
