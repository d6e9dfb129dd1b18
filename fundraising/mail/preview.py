"""Every letter of the house, shown to the organiser with invented facts, as its readers would get it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import NotFound
from fundraising.mail.letters import Scribe, Words
from fundraising.mail.stopping import stop_of
from fundraising.mail.views import AS_LETTER
from fundraising.web.pages import Pages, page

OURS = "https://run.example.org"  # where addresses of samples begin; shown as if they were of this site
Guard = Callable[[Request], Awaitable[object]]


def fill(pages: Pages, scribe: Scribe, template: str, sample: Mapping[str, Any]) -> Words:
    """A letter with invented facts.

    Args:
        sample: what the template shows; and `series`, where the letter is one of a series.
    """
    series, base_url = sample.get("series"), pages.settings.base_url
    shown = {name: one.replace(OURS, base_url) if isinstance(one, str) else one for name, one in sample.items()}
    return scribe.put_in_words(template, shown, stop_of(pages.settings, 0, series) if series else None)


def make_preview_routes(
    pages: Pages, scribe: Scribe, samples: Mapping[str, Mapping[str, Any]], guard: Guard
) -> list[BaseRoute]:
    """The list of letters, and each of them.

    Args:
        samples: invented facts, by template; each room hands in those of its letters.
        guard: raises for everybody but an organiser; handed in, since this room lies below people.
    """

    async def show_all(request: Request) -> Response:
        await guard(request)
        letters = [
            (template, fill(pages, scribe, template, samples[template]), samples[template].get("series"))
            for template in scribe.templates
            if template in samples
        ]
        unknown = [template for template in scribe.templates if template not in samples]
        return page(request, "fundraising/mail/templates.html", letters=letters, unknown=unknown)

    async def show_one(request: Request) -> Response:
        await guard(request)
        words = _filled(request)
        return page(request, "fundraising/mail/template.html", words=words, name=request.path_params["template"])

    async def show_html(request: Request) -> Response:
        await guard(request)
        return HTMLResponse(_filled(request).html, headers={**AS_LETTER, "cache-control": "no-store"})

    def _filled(request: Request) -> Words:
        template = request.path_params["template"]
        if template not in samples or template not in scribe.templates:
            raise NotFound
        return fill(pages, scribe, template, samples[template])

    return [
        Route("/organiser/letters", show_all, methods=["GET"], name="organiser_letters"),
        Route("/organiser/letters/{template}", show_one, methods=["GET"], name="organiser_letter"),
        Route("/organiser/letters/{template}/html", show_html, methods=["GET"], name="organiser_letter_html"),
    ]
