"""What letters about teams show, from the facts that were written with them."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from fundraising.settings import Settings
from fundraising.store.database import connection
from fundraising.web.tokens import token_from
from teams.entries.placing import public_name
from teams.roster.captains import find_captains, name_of
from teams.roster.inviting import PURPOSE
from teams.roster.joining import price_in_team
from teams.roster.models import Invitation, SeatState, Team

TEAM = """
select t.id, t.race_id, f.name as team, f.slug, r.name as race, r.taken, r.starts_at, v.venue, e.name as event,
       c.name as charity, v.organiser_email,
       (select count(*) from seat s where s.team_id = t.id and s.state = 'joined') as joined,
       (select count(*) from seat s where s.team_id = t.id and s.state = 'empty') as empty
from team t join fund f on f.id = t.fund_id join race r on r.id = t.race_id join event v on v.id = r.event_id
     join fund e on e.id = v.fund_id left join fund c on c.id = f.charity_id
where t.id = $1
"""
WHO = "select first_name, last_name, guardian_name <> '' as is_child from entry where id = $1"
ORDER = """
select o.team_id, o.each_pence, p.amount_pence as pence from seat_order o join payment p on p.id = o.payment_id
where o.id = $1
"""
CAPTAINCY = ("captain_handed", "captain_yours", "co_captain_yours", "co_captain_named", "co_captain_over")
Shower = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any] | None]]


async def of_team(team: int) -> dict[str, Any]:
    """What letters say of a team."""
    async with connection() as reading:
        return dict(await reading.fetchrow(TEAM, team))


def showers(settings: Settings) -> dict[str, Shower]:
    """What turns the facts of each letter into what it shows."""

    async def invitation(facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
        found = await Invitation.get_or_none(id=UUID(facts["invitation"])).prefetch_related("seat")
        if found is None or found.seat.state is not SeatState.INVITED or found.revoked_at or found.declined_at:
            return None  # taken back before it was sent
        team = await of_team(found.seat.team_id)
        captains = await find_captains(await Team.get(id=found.seat.team_id))
        price = await price_in_team(team["race_id"], team["taken"], datetime.now(UTC))
        return team | {
            "name": found.seat.name,
            "note": found.note,
            "captain": next((one.name for one in captains), ""),
            "is_paid": found.seat.order_id is not None,
            "price": price.pence if price else 0,
            "link": f"{settings.base_url}/join/{token_from(settings, PURPOSE, found.nonce)}",
            "expires_at": found.expires_at,
        }

    return {
        "invitation": invitation,
        **dict.fromkeys(("seats_paid", "seats_too_late"), _order),
        **dict.fromkeys(("friend_joined", "friend_left", "moved_in", "not_moved", "removed"), _about_member),
        **dict.fromkeys(CAPTAINCY, _captaincy),
        **dict.fromkeys(("join_asked", "merge_asked"), _of_team),
        **dict.fromkeys(("team_dissolved", "team_merged"), _ended),
    }


async def _about_member(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    async with connection() as reading:
        who = await reading.fetchrow(WHO, UUID(facts["entry"]))
    name = public_name(who["first_name"], who["last_name"], is_child=who["is_child"])
    more = {key: facts.get(key) for key in ("refund_pence", "keeps_place")}
    return await of_team(facts["team"]) | more | {"name": name, "first_name": who["first_name"]}


async def _of_team(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    return await of_team(facts["team"])


async def _ended(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    into = await of_team(facts["into"]) if facts.get("into") else {"team": ""}
    return await of_team(facts["team"]) | {"into": into["team"]}


async def _order(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    async with connection() as reading:
        order = await reading.fetchrow(ORDER, UUID(facts["order"]))
    return await of_team(order["team_id"]) | {"pence": order["pence"], "seats": facts["seats"]}


async def _captaincy(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Who leads a team now; of who was erased meanwhile there is no name."""
    team: int = facts["team"]
    names = {part: await name_of(team, facts.get(part)) for part in ("captain", "before", "second")}
    told = {"stays": facts.get("stays", False), "by_themselves": facts.get("by_themselves", False)}
    return await of_team(team) | names | told | {"is_theirs": facts["to"] == facts.get("second")}


def _samples() -> dict[str, dict[str, Any]]:
    """Something to look at, for the organiser."""
    day = datetime.now(UTC) + timedelta(days=40)
    team = {
        "team": "Reverse Gear", "slug": "reverse-gear", "race": "The Team Challenge", "starts_at": day,
        "venue": "A park", "event": "Backward Run", "charity": "Second Kettle", "joined": 5, "empty": 2,
        "organiser_email": "hello@example.org",
    }  # fmt: skip
    invited = {
        "name": "Ada", "note": "We said we would. Now we have to.", "captain": "Pat Example", "is_paid": False,
        "price": 1200, "link": "https://run.example.org/join/a-sample", "expires_at": day,
    }  # fmt: skip
    member = {"name": "Ada Example", "first_name": "Ada", "refund_pence": 100, "keeps_place": True}
    paid = {"pence": 3600, "seats": 3}
    led = {
        "captain": "Pat Example", "before": "Sam Example", "second": "Ada Example", "stays": True,
        "by_themselves": True, "is_theirs": False,
    }  # fmt: skip
    return {
        "invitation": team | invited,
        **dict.fromkeys(("friend_joined", "friend_left", "moved_in", "not_moved", "removed"), team | member),
        **dict.fromkeys(("join_asked", "merge_asked"), team),
        **dict.fromkeys(("team_dissolved", "team_merged"), team | {"into": "The Tail Lights"}),
        **dict.fromkeys(("seats_paid", "seats_too_late"), team | paid),
        **dict.fromkeys(CAPTAINCY, team | led),
    }


SAMPLES: Mapping[str, Mapping[str, Any]] = _samples()
