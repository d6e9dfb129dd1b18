"""How pages of the desk are shown: in its frame, kept by nobody, with the places that there are."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from charities.desk.asking import Desk
from fundraising.web.pages import page

# Last part of the address, label, for finance partners only: each room of the wing puts its own in here.
PLACES = (
    ("", "Overview", False),
    ("statement", "Statement", True),
    ("exports", "Take away", False),
    ("gift-aid", "Gift Aid", True),
    ("stripe", "Stripe", False),
    ("words", "Words", False),
    ("share", "On your site", False),
    ("details", "Details", False),
    ("partners", "Partners", True),
    ("api", "For programs", True),
)


def desk_page(request: Request, desk: Desk, template: str, **shown: Any) -> Response:
    """A page of the desk.

    Args:
        template: below `templates/charities/`; it extends `desk/frame.html` and sets heading and place.
        shown: what it shows; of a form that comes back also what `outcome(problem)` says.
    """
    return page(request, f"charities/{template}", desk=desk, fund=desk.fund, desk_places=PLACES, **shown)
