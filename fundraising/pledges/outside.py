"""What this room hands to the roof: its addresses, and everything that other rooms are to call or to show."""

from collections.abc import Awaitable, Callable, Mapping

from starlette.routing import BaseRoute

from fundraising.pledges import (
    cash_views,
    confirming,
    desk,
    mine,
    proving,
    records,
    settling,
    sponsor_views,
    sponsoring,
    writing,
)
from fundraising.pledges.cash_views import Whose
from fundraising.pledges.sponsoring import CourseOf

panel, RECORD, is_known = mine.panel, records.RECORD, records.is_known
prove, reckon, tell, typed_for = proving.prove, settling.reckon, settling.tell, settling.typed_for
SAMPLES, SHOWERS = writing.SAMPLES, writing.SHOWERS
ROUTINES: Mapping[str, tuple[str, Callable[[], Awaitable[None]]]] = {
    "pledges.cash": ("35 8 * * *", confirming.tell_organisers),
    "pledges.remind": ("40 9 * * *", settling.remind),
    "pledges.tidy": ("27 4 * * *", sponsoring.tidy),
}


def make_routes(course_of: CourseOf, captain: Whose) -> list[BaseRoute]:
    """The addresses of the room.

    Args:
        course_of: what a page's runner has entered; captain: who looks after a team's cash. Both are known above us.
    """
    return [
        *cash_views.make_routes("/pages/{slug}/cash", "runner_cash", cash_views.runner),
        *cash_views.make_routes("/teams/{slug}/desk/cash", "team_cash", captain),
        *desk.make_routes(),
        *sponsor_views.make_routes(sponsor_views.Desk(course_of)),
    ]
