"""The letters of the room: to organisers, to who has reported something, and to whose page was taken off the site."""

from collections.abc import Mapping
from typing import Any

from fundraising.funds.addresses import path_of
from fundraising.funds.models import FundKind
from fundraising.mail.letters import Shower
from fundraising.moderation.answering import TEMPLATE
from fundraising.moderation.looking import count_work
from fundraising.moderation.taking_off import BACK, TAKEN_OFF
from fundraising.store.database import connection

PAGE = "select kind, slug, name, state, hidden_at, hidden_because as because, hidden_by from fund where id = $1"
SAMPLE: Mapping[str, Any] = {
    "reports": 2, "waiting": 3, "name": "Sam Sample", "path": "/pages/sam-sample", "about": "message",
    "is_hidden": True, "because": "It advertises shoes.", "is_team": False, "by_partner": False,
    "is_seen": True,
}  # fmt: skip
SAMPLES: dict[str, Mapping[str, Any]] = dict.fromkeys(("to_look_at", TEMPLATE, TAKEN_OFF, BACK), SAMPLE)


async def _show_work(_facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """As it is when the letter is sent; nothing is said when all has been looked at meanwhile."""
    reports, waiting = await count_work()
    return {"reports": reports, "waiting": waiting} if reports or waiting else None


async def _show_answer(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """What came of a report; the page is named while everybody may see it, and nothing that was typed is repeated."""
    page = await _page(facts["fund"])
    return page | {"about": facts["about"], "is_hidden": facts["answer"] == "hidden"}


async def _show_taken_off(facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
    page = await _page(facts["fund"])
    return page if page["hidden_at"] else None  # it has been put back meanwhile


async def _show_back(facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
    page = await _page(facts["fund"])
    return None if page["hidden_at"] else page


async def _page(fund_id: int) -> dict[str, Any]:
    async with connection() as reading:
        row = await reading.fetchrow(PAGE, fund_id)
    return dict(row) | {
        "path": path_of(FundKind(row["kind"]), row["slug"]),
        "is_team": row["kind"] == FundKind.TEAM,
        "by_partner": row["hidden_by"] == "partner",
        "is_seen": row["state"] != "hidden",
    }


SHOWERS: dict[str, Shower] = {
    "to_look_at": _show_work,
    TEMPLATE: _show_answer,
    TAKEN_OFF: _show_taken_off,
    BACK: _show_back,
}
