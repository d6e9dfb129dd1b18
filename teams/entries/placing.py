"""What becomes of a party's entries once their fee is paid, or is not: placed, lapsed, withdrawn. Told by the payments.

Whoever changes a place locks its race first (`lock_races`), and then offers what is free to who waits. What is done
here to a party is done by who has the locks of its races.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import asyncpg

from fundraising.mail.letters import NewLetter, write
from fundraising.pages.fate import PageFate, settle_page
from fundraising.pages.opening import NewPage, open_page
from fundraising.payments import ledger
from fundraising.payments.booking import News
from fundraising.payments.judging import Moved
from fundraising.payments.settle import GIVE_UP, REFUND
from fundraising.store.queue import Job, enqueue
from teams.entries import places

RACES_OF = "select distinct race_id from entry where party_id = any($1)"
OF_PAYMENTS = "select id, payment_id from party where payment_id = any($1) order by id"
PLACE = """
update entry set state = 'placed', placed_at = now(), ended_at = null, ended_because = ''
where party_id = any($1) and state in ('held', 'lapsed') returning id
"""
OVER = "update party set held_until = null where id = any($1)"
LAPSE = """
update entry set state = 'lapsed', ended_at = now(), ended_because = $2, medical = null, medical_until = null
where party_id = any($1) and state = 'held' returning id, race_id
"""
WITHDRAW = """
update entry set state = 'withdrawn', ended_at = now(), ended_because = $2, medical = null, medical_until = null
where party_id = any($1) and state = 'placed' and price_pence > credit_pence
returning id, race_id, fund_id, first_name
"""
GIVE_CREDIT_BACK = "update credit set used_by_id = null where used_by_id = any($1)"
TAKE_CREDIT_AGAIN = """
update credit set used_by_id = $1 where id = (
  select c.id from credit c join party p on p.person_id = c.person_id
  where p.id = $2 and c.used_by_id is null and c.pence = $3 limit 1 for update of c) returning id
"""
GIVE_OFFER_BACK = """
update waiting set state = 'offered'
where state = 'taken' and offered_until > now()
  and token in (select offer from party where id = any($1) and offer <> '')
"""
PLACED = """
select e.id, e.party_id, e.race_id, e.person_id, e.first_name, e.last_name, e.email, e.charity_id, e.wants_page,
       e.fund_id, e.team_id, e.born_on, e.guardian_email, e.guardian_agreed_at, e.guardian_name <> '' as is_child,
       r.name as race, r.kind = 'team' as with_team, v.fund_id as event_id, p.team_name, buyer.email as payer,
       p.person_id as payer_id
from entry e join race r on r.id = e.race_id join event v on v.id = r.event_id join party p on p.id = e.party_id
     left join person buyer on buyer.id = p.person_id
where e.party_id = any($1) and e.state = 'placed' order by e.made_at, e.id
"""
PAYER = "select p.email from party y join person p on p.id = y.person_id where y.id = $1"
LAPSED = "select race_id, count(*) as places from entry where party_id = $1 and state = 'lapsed' group by race_id"


@dataclass(frozen=True, slots=True)
class PartyTeam:
    """A team that is entered by one party.

    Args:
        race: its id.
        event, charity: ids of the funds that it counts towards.
        captain: who pays for the party.
        members: ids of its entries.
    """

    name: str
    race: int
    event: int
    charity: int | None
    captain: int | None
    members: Sequence[UUID]


# Who founds a team, handed in by the roof; returns the id of its fund.
FoundTeam = Callable[[asyncpg.Connection, PartyTeam], Awaitable[int]]
# Who welcomes entries that came into a team that was there already; returns those that found no seat there any more.
Welcome = Callable[[asyncpg.Connection, Sequence[UUID]], Awaitable[Collection[UUID]]]


class Placer:
    """Places entries, and is what payments of purpose "entry" tell when something of them moved.

    Args:
        found_team: makes a team of a party that came with a name for one, and seats its members.
        welcome: seats those who come into a team that is there already.
    """

    def __init__(self, found_team: FoundTeam, welcome: Welcome) -> None:
        self._found_team = found_team
        self._welcome = welcome

    async def tell(self, connection: asyncpg.Connection, moved: Sequence[Moved]) -> None:
        """Called by the intake, within its transaction."""
        rows = await connection.fetch(OF_PAYMENTS, [about.payment_id for about in moved])
        party_of = {row["payment_id"]: row["id"] for row in rows}
        await lock_races(connection, party_of.values())
        for about in moved:
            party = party_of.get(about.payment_id)
            if party is None:
                continue
            if about.first and about.after_pence > 0:
                await self._paid(connection, party, about)
            elif about.news in (News.EXPIRED, News.FAILED):
                await lapse(connection, [party], "not paid in time")
            elif about.after_pence == 0 and about.before_pence > 0:
                await withdraw_all(connection, party, "the fee was given back")

    async def _paid(self, connection: asyncpg.Connection, party: UUID, about: Moved) -> None:
        """Placed; and if the hold was over already, placed all the same while there is room, else given back."""
        if not await connection.fetchval(
            "select exists (select from entry where party_id = $1 and state = 'held')", party
        ) and not await self._is_room_again(connection, party):
            payer, facts = await payer_of(connection, party), {"party": str(party)}
            await enqueue(connection, [give_back(about.payment_id, about.after_pence, f"too late {party}")])
            await write(connection, [NewLetter(payer, "paid_too_late", facts, f"paid_too_late {party}")])
            return
        await self.place(connection, [party])

    async def _is_room_again(self, connection: asyncpg.Connection, party: UUID) -> bool:
        """Whether all that a lapsed party had held is still there to be had: places, and what was carried over."""
        wanted = {row["race_id"]: row["places"] for row in await connection.fetch(LAPSED, party)}
        locked = await places.lock(connection, wanted)
        if any(locked.left(race, for_who_waits=True) < count for race, count in wanted.items()):
            return False
        of = "select id, credit_pence from entry where party_id = $1 and state = 'lapsed' and credit_pence > 0"
        for row in await connection.fetch(of, party):
            if await connection.fetchval(TAKE_CREDIT_AGAIN, row["id"], party, row["credit_pence"]) is None:
                return False
        return True

    async def place(self, connection: asyncpg.Connection, parties: Sequence[UUID]) -> None:
        """Places are taken for good: pages are opened, a team founded, letters written."""
        placed = await connection.fetch(PLACE, list(parties))
        await connection.execute(OVER, list(parties))
        if not placed:
            return
        rows = await connection.fetch(PLACED, list(parties))
        came = [row["id"] for row in rows if row["team_id"] and row["id"] in {one["id"] for one in placed}]
        alone = await self._welcome(connection, came) if came else ()
        teams = await self._teams(connection, rows)
        for row in rows:
            team = None if row["id"] in alone else row["team_id"]
            await _open_page(connection, row, teams.get((row["party_id"], row["race_id"]), team))
        await write(connection, list(_letters(rows)))

    async def _teams(
        self, connection: asyncpg.Connection, rows: Sequence[asyncpg.Record]
    ) -> dict[tuple[UUID, int], int]:
        """A team for each party and team race; its charity is that of all its members, when they agree on one."""
        teams: dict[tuple[UUID, int], int] = {}
        for row in rows:
            key = (row["party_id"], row["race_id"])
            if not row["with_team"] or not row["team_name"] or row["team_id"] or key in teams:
                continue
            members = [other for other in rows if (other["party_id"], other["race_id"]) == key]
            charities = {member["charity_id"] for member in members}
            charity = charities.pop() if len(charities) == 1 else None
            ids = [member["id"] for member in members]
            team = PartyTeam(row["team_name"], row["race_id"], row["event_id"], charity, row["payer_id"], ids)
            teams[key] = await self._found_team(connection, team)
            await connection.execute("update entry set team_id = $2 where id = any($1)", ids, teams[key])
        return teams


async def open_pages(connection: asyncpg.Connection, parties: Sequence[UUID]) -> None:
    """Open the pledge pages that may be opened by now: a child's only once a parent or guardian has agreed."""
    for row in await connection.fetch(PLACED, list(parties)):
        await _open_page(connection, row, row["team_id"])


def public_name(first_name: str, last_name: str, *, is_child: bool) -> str:
    """The name of a pledge page: of a child the first one and an initial, nothing that a search engine would find."""
    return f"{first_name} {last_name[:1]}." if is_child else f"{first_name} {last_name}"


async def _open_page(connection: asyncpg.Connection, row: asyncpg.Record, team: int | None) -> None:
    if not row["wants_page"] or row["fund_id"] or (row["is_child"] and not row["guardian_agreed_at"]):
        return
    fund = await open_page(
        connection,
        NewPage(
            name=public_name(row["first_name"], row["last_name"], is_child=row["is_child"]),
            challenge=row["race"],
            person=row["person_id"],
            team=team,
            charity=row["charity_id"],
            event=row["event_id"],
            is_child=row["is_child"],
        ),
    )
    await connection.execute("update entry set fund_id = $2 where id = $1", row["id"], fund)


def _letters(rows: Sequence[asyncpg.Record]) -> Iterable[NewLetter]:
    """The confirmation to who pays, a word to each other runner, and one to each parent who has to agree."""
    for party in dict.fromkeys(row["party_id"] for row in rows):
        payer = next(row["payer"] for row in rows if row["party_id"] == party)
        yield NewLetter(payer, "entry_placed", {"party": str(party)}, f"placed {party}")
    for row in rows:
        facts = {"entry": str(row["id"])}
        if row["is_child"] and not row["guardian_agreed_at"]:
            yield NewLetter(row["guardian_email"], "guardian", facts, f"guardian {row['id']}")
        elif row["email"].lower() != row["payer"]:
            yield NewLetter(row["email"], "entry_yours", facts, f"yours {row['id']}")


async def lapse(connection: asyncpg.Connection, parties: Sequence[UUID], because: str) -> None:
    """Nobody paid: what was held is free, and goes to who waits."""
    if freed := await let_lapse(connection, parties, because):
        await places.offer(connection, freed)


async def let_lapse(connection: asyncpg.Connection, parties: Sequence[UUID], because: str) -> Counter[int]:
    """Free what was held, without offering it to anybody yet.

    Returns:
        How many places of each race are free by it.
    """
    lapsed = await connection.fetch(LAPSE, list(parties), because)
    await connection.execute(OVER, list(parties))
    await connection.execute(GIVE_CREDIT_BACK, [row["id"] for row in lapsed])
    if lapsed:
        await connection.execute(GIVE_OFFER_BACK, list(parties))
    return Counter(row["race_id"] for row in lapsed)


async def withdraw_all(connection: asyncpg.Connection, party: UUID, because: str) -> None:
    """The whole fee went back: nobody of the party runs who had paid; who had not, does."""
    withdrawn = await connection.fetch(WITHDRAW, [party], because)
    if withdrawn:
        facts = {"party": str(party), "entries": [str(row["id"]) for row in withdrawn]}
        payer = await payer_of(connection, party)
        await write(connection, [NewLetter(payer, "fee_returned", facts, f"fee_returned {party}")])
        await _pause_pages(connection, {row["fund_id"]: row["first_name"] for row in withdrawn if row["fund_id"]})
        await places.offer(connection, [row["race_id"] for row in withdrawn])


async def _pause_pages(connection: asyncpg.Connection, names: Mapping[int, str]) -> None:
    """The pages of who does not run any more take no gifts.

    Args:
        names: the runner's first name by the page's fund.
    """
    if names:
        await ledger.lock(connection)  # we are inside of the intake, where nobody locks a fund before the ledger's head
    for fund in sorted(names):
        await settle_page(connection, fund, PageFate.PAUSED, names[fund])


def give_back(payment: UUID, pence: int, key: str) -> Job:
    """The job that gives some of a fee back, once for each key."""
    facts = {"payment": str(payment), "pence": pence, "key": key}
    return Job(REFUND, facts, once=key)


def give_up(payment: UUID, after: timedelta | None = None) -> Job:
    """The job that ends a payment which nobody wants to make any more, at once or later."""
    once = f"give up {payment}" + (" later" if after else "")
    return Job(GIVE_UP, {"payment": str(payment)}, once=once, after=after)


async def lock_races(connection: asyncpg.Connection, parties: Iterable[UUID]) -> None:
    """Wait until nobody else takes or frees a place of the races of these parties."""
    if races := await connection.fetch(RACES_OF, list(parties)):
        await places.lock(connection, [row["race_id"] for row in races])


async def payer_of(connection: asyncpg.Connection, party: UUID) -> str:
    """Where letters to who paid go; empty once they are erased."""
    return await connection.fetchval(PAYER, party) or ""
