"""Opening a fund for a runner or a team: its address, its colour, and what it counts towards."""

from dataclasses import dataclass

import asyncpg

from fundraising.funds.models import FundKind, FundState
from fundraising.funds.slugs import find_free

COLOURS = 12
FUND = """
insert into fund (kind, slug, name, summary, currency, target_pence, raised_pence, gift_aid_pence, donations, version,
                  state, closed_because, messages_wait, colour, team_id, charity_id, event_id, created_at,
                  is_listed)
values ($1, $2, $3, $4, 'gbp', $5, 0, 0, 0, 0, $6, '', $7, $8, $9, $10, $11, now(), true) returning id
"""


@dataclass(frozen=True, slots=True)
class NewFund:
    """What a new fund is made from.

    Args:
        team, charity, event: ids of the funds that it counts towards.
        summary: one line of why.
        colour: 0 to 11; None: one that follows from its name.
        messages_wait: words said with a gift are looked at before they are shown; of a child always.
    """

    kind: FundKind
    name: str
    event: int | None
    charity: int | None = None
    team: int | None = None
    summary: str = ""
    target_pence: int | None = None
    colour: int | None = None
    state: FundState = FundState.OPEN
    messages_wait: bool = False


async def open_fund(connection: asyncpg.Connection, new: NewFund) -> int:
    """Make a fund within the caller's transaction.

    Returns:
        Its id.
    """
    slug = await find_free(connection, new.kind, new.name)
    colour = sum(slug.encode()) % COLOURS if new.colour is None else new.colour
    above = (new.team, new.charity, new.event)
    given = (new.summary, new.target_pence, str(new.state), new.messages_wait, colour, *above)
    made: int = await connection.fetchval(FUND, str(new.kind), slug, new.name[:80], *given)
    return made
