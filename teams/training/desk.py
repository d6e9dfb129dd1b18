"""The organiser's desk of enquiries: what sponsors and charities wrote, and how many want to hear from which event."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import NotFound
from fundraising.store.database import connection
from fundraising.web.forms import typed_in
from fundraising.web.pages import page, see_other
from teams.events.desks import HOME, View, organisers_only
from teams.training.models import Enquiry

PATH = f"{HOME}/enquiries"
AT_ONCE = 50
INTERESTED = """
select f.name, f.slug, count(*) as n, count(i.told_at) as told
from interest i join event e on e.id = i.event_id join fund f on f.id = e.fund_id
group by e.id, f.name, f.slug order by e.starts_at desc
"""


async def show_enquiries(request: Request) -> Response:
    """Messages, newest first; those that wait for an answer alone, when that is asked."""
    query = request.query_params
    only_waiting, nth = query.get("show") == "waiting", query.get("page", "1")
    nth_page = int(nth) if nth.isdecimal() and nth.isascii() and 0 < len(nth) < 6 else 1
    every = Enquiry.filter(answered_at=None) if only_waiting else Enquiry.all()
    rows = await every.order_by("-made_at", "id").offset(max(nth_page - 1, 0) * AT_ONCE).limit(AT_ONCE + 1)
    enquiries = rows[:AT_ONCE]
    await Enquiry.fetch_for_list(enquiries, "event__fund")
    async with connection() as reading:
        interested = [dict(row) for row in await reading.fetch(INTERESTED)]
    return page(
        request,
        "teams/training/desk/enquiries.html",
        enquiries=enquiries,
        more=nth_page + 1 if len(rows) > AT_ONCE else None,
        only_waiting=only_waiting,
        waiting=await Enquiry.filter(answered_at=None).count(),
        everything=await Enquiry.all().count(),
        interested=interested,
    )


async def mark(request: Request) -> Response:
    """Say that a message is answered, or that it is not after all; who said so first is not overwritten."""
    enquiry, typed = request.path_params["id"], await typed_in(request)
    is_answered = "answered" in typed
    if not await Enquiry.exists(id=enquiry):
        raise NotFound
    changed = Enquiry.filter(id=enquiry, answered_at__isnull=is_answered)
    await changed.update(answered_at=datetime.now(UTC) if is_answered else None)
    query = "?show=waiting" if typed.get("show") == "waiting" else ""
    return see_other(f"{PATH}{query}")


def make_routes() -> list[BaseRoute]:
    """The addresses of the desk."""
    views: list[tuple[str, str, str, View]] = [
        (PATH, "GET", "organiser_enquiries", show_enquiries),
        (f"{PATH}/{{id:uuid}}", "POST", "mark_enquiry", mark),
    ]
    return [Route(path, organisers_only(view), methods=[method], name=name) for path, method, name, view in views]
