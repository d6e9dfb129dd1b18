"""A person's own desk: what the rooms show there, name and address."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import BadInput
from fundraising.people import signing_in
from fundraising.people.asking import Asker, must_be_signed_in
from fundraising.people.forms import SENTENCES, EmailForm, NameForm
from fundraising.store.database import transaction
from fundraising.web.forms import typed_in, understood
from fundraising.web.pages import outcome, page, pages_of, see_other

ROOM = "fundraising/people/"
SAID = {
    "name": "Your name is changed.",
    "email": "Your e-mail address is changed. Letters go there from now on, and that is how you sign in.",
    "email-sent": "We have written to the new address. It counts once you have pressed the button in that letter.",
}
Panel = Callable[[Asker], Awaitable[tuple[str, Mapping[str, Any]]]]


class Desk:
    """The account page.

    Args:
        panels: what each room shows of a person, as a template and what it shows; handed in by the roof.
    """

    def __init__(self, panels: Sequence[Panel]) -> None:
        self._panels = panels

    async def show(self, request: Request) -> Response:
        """My places, my page, my team, my letters, my data."""
        asker = await must_be_signed_in(request)
        made = [await panel(asker) for panel in self._panels]
        panels = [pages_of(request).render(template, asker=asker, **shown) for template, shown in made]
        return page(request, ROOM + "account.html", asker=asker, panels=panels, said=_said(request))


async def show_details(request: Request) -> Response:
    """Name and address, to be changed."""
    return await _details(request, await must_be_signed_in(request), {})


async def change_name(request: Request) -> Response:
    """Another name."""
    asker, typed = await must_be_signed_in(request), await typed_in(request)
    try:
        form = understood(NameForm, typed, SENTENCES)
    except BadInput as bad:
        return await _details(request, asker, typed, bad)
    async with transaction() as writing:
        await writing.execute("update person set name = $2 where id = $1", asker.id, form.name)
    return see_other("/account?said=name")


async def change_email(request: Request) -> Response:
    """Another address: it is confirmed by a letter there; the same answer, whoever it belongs to."""
    asker, typed = await must_be_signed_in(request), await typed_in(request)
    try:
        form = understood(EmailForm, typed, SENTENCES)
    except BadInput as bad:
        return await _details(request, asker, typed, bad)
    await signing_in.ask_for_new_email(pages_of(request).settings, asker.id, form.email)
    return see_other("/account?said=email-sent")


async def _details(
    request: Request, asker: Asker, typed: Mapping[str, str], problem: BadInput | None = None
) -> Response:
    shown = {"name": asker.name} | dict(typed)
    return page(request, ROOM + "details.html", **outcome(problem), asker=asker, typed=shown)


def _said(request: Request) -> str:
    return SAID.get(request.query_params.get("said", ""), "")


def make_routes(panels: Sequence[Panel]) -> list[BaseRoute]:
    """The addresses of the desk."""
    return [
        Route("/account", Desk(panels).show, methods=["GET"], name="account"),
        Route("/account/details", show_details, methods=["GET"], name="details"),
        Route("/account/name", change_name, methods=["POST"], name="change_name"),
        Route("/account/email", change_email, methods=["POST"], name="change_email"),
    ]
