"""Who looks after a team: its captain, and a co-captain who may do the same."""

from dataclasses import dataclass

from starlette.requests import Request

from fundraising.errors import Forbidden, NotFound, Problem
from fundraising.funds.addresses import Seen, fund_of
from fundraising.people.asking import Asker, must_be_signed_in
from fundraising.store.database import connection
from teams.roster.models import Team

# A captain is known to the public by the page in the team, else by a first name; a child never leads.
SHOWN = """
select p.id is not distinct from t.captain_id as is_captain, f.slug, f.state,
       coalesce(f.name, nullif(split_part(p.name, ' ', 1), ''), e.first_name) as name
from team t join person p on p.id = any(coalesce($2::bigint[], array[t.captain_id, t.co_captain_id]))
     left join lateral (
       select fund.slug, fund.name, fund.state from fund join pledge_page g on g.fund_id = fund.id
       where fund.team_id = t.fund_id and g.person_id = p.id and not g.is_child and fund.state <> 'hidden'
         and fund.is_listed order by fund.id limit 1) f on true
     left join lateral (
       select entry.first_name from entry join seat s on s.entry_id = entry.id and s.state = 'joined'
       where s.team_id = t.id and entry.person_id = p.id and entry.guardian_name = ''
       order by entry.placed_at, s.id limit 1) e on true
where t.id = $1 order by 1 desc
"""


@dataclass(frozen=True, slots=True)
class Captain:
    """Who leads a team, as its page says it; without a path there is no page to show."""

    name: str
    path: str
    is_captain: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """A team, and who is asking at its desk."""

    asker: Asker
    team: Team
    fund: Seen

    @property
    def path(self) -> str:
        """Its address below the site."""
        return f"/teams/{self.fund.slug}/desk"

    @property
    def is_captain(self) -> bool:
        """The captain, who alone hands the team over and ends it; not the co-captain."""
        return self.team.captain_id == self.asker.id


async def find_captains(team: Team) -> list[Captain]:
    """The captain and the co-captain, as the public may know them."""
    async with connection() as reading:
        rows = await reading.fetch(SHOWN, team.id, None)
    return [
        Captain(row["name"], f"/pages/{row['slug']}" if row["slug"] else "", row["is_captain"])
        for row in rows
        if row["name"]
    ]


async def name_of(team: int, person: int | None) -> str:
    """How the public of a team may know somebody who leads it, or has; nothing once they are erased.

    Args:
        team: its id.
    """
    async with connection() as reading:
        row = await reading.fetchrow(SHOWN, team, [person])
    return (row["name"] or "") if row else ""


async def get_team(fund: Seen) -> Team:
    """The team of a fund, with its race and event.

    Raises:
        NotFound
    """
    team = await Team.get_or_none(fund_id=fund.id).prefetch_related("fund", "race__event__fund", "race__day")
    if team is None:
        raise NotFound
    return team


class TeamEnded(Problem):
    """A team that has merged into another, or was dissolved: nothing is done at its desk any more."""

    status = 409
    title = "This team has ended"
    sentence = "It has merged into another or was dissolved. Its page stays; at its desk there is nothing left to do."


async def must_be_captain(request: Request) -> Desk:
    """The team of the address, for its captain or co-captain.

    Raises:
        SignInNeeded; NotFound: also for who leads another team, of a private one; Forbidden: of any other; TeamEnded.
    """
    asker = await must_be_signed_in(request)
    fund = await fund_of(request, hidden=True)
    team = await get_team(fund)
    if asker.id not in (team.captain_id, team.co_captain_id):
        if team.is_private:
            raise NotFound
        raise Forbidden("This desk is for the team's captain.")
    if team.ended_at:
        raise TeamEnded
    return Desk(asker, team, fund)


async def must_lead(request: Request) -> Desk:
    """The same, for the captain alone.

    Raises:
        Forbidden: for a co-captain.
    """
    desk = await must_be_captain(request)
    if not desk.is_captain:
        raise Forbidden("Only the captain can do this.")
    return desk
