"""How runners keep their pages going, for the roof at once: news, thanks, milestones, passing it on; and letters."""

from collections.abc import Mapping
from typing import Any

from starlette.routing import BaseRoute

from fundraising.mail.letters import Shower
from fundraising.pages import milestones, news, news_views, sharing, supporters, telling, thanking
from fundraising.pages.papers import Wings

SHOWERS: dict[str, Shower] = {
    **dict.fromkeys(telling.TEMPLATES, telling.shown_in_letter),
    **news.SHOWERS,
    **thanking.SHOWERS,
    **milestones.SHOWERS,
}
SAMPLES: dict[str, Mapping[str, Any]] = {
    **telling.SAMPLES,
    **news.SAMPLES,
    **thanking.SAMPLES,
    **milestones.SAMPLES,
}
ROUTINES = {
    "pages.news": ("* * * * *", news.tell_news),
    "pages.milestones": ("* * * * *", milestones.notice_milestones),
}
account_panel = thanking.panel


def make_routes(wings: Wings) -> list[BaseRoute]:
    """The addresses, those that anybody may ask for too."""
    return [*sharing.make_routes(wings), *news_views.make_routes(), *supporters.make_routes()]
