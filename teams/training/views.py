"""The training pack, the reasons, safety, and the forms that reach the organiser."""

from starlette.routing import BaseRoute

from fundraising.web.pages import Pages


def make_routes(_pages: Pages) -> list[BaseRoute]:
    """The addresses of the room."""
    return []
