"""The roof: puts the rooms together. Four lists tell what the application is: routes, middleware, handlers, lifespan.

Nobody imports it but the command line, the demo and the tests.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import asyncpg
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send
from tortoise.contrib.starlette import RegisterTortoise
from tortoise.exceptions import BaseORMException

from charities import moderating
from charities import views as charity_views
from charities.api import delivering
from charities.api import desk as api_desk
from charities.api import views as api_views
from charities.api.sending import Messenger
from charities.applying import desk as applying_desk
from charities.applying import views as applying_views
from charities.claims import views as claim_views
from charities.connecting import owed_desk
from charities.connecting import views as connecting_views
from charities.details import views as details_views
from charities.exports import views as export_views
from charities.overview import views as charity_desk
from charities.partners import views as partner_views
from charities.partners.finding import find_finance
from charities.registered import find_registration
from charities.sharing import views as sharing_views
from charities.statements import views as statement_views
from fundraising import metrics
from fundraising.donations import receipt_views, refund_desk, several_views, yearly
from fundraising.donations import views as donation_views
from fundraising.ending import end_streams_first
from fundraising.errors import Problem, Unavailable
from fundraising.funds import pictures
from fundraising.funds.addresses import MovedOn, lead_on
from fundraising.jobs import Jobs
from fundraising.lettering import SAMPLES, make_showers
from fundraising.live import lists, preview, snapshot, widget_picture
from fundraising.live import views as live_views
from fundraising.live.hub import Hub
from fundraising.mail import mine as my_letters
from fundraising.mail import stopping
from fundraising.mail.letters import Scribe
from fundraising.mail.post import PostOffice
from fundraising.mail.preview import make_preview_routes
from fundraising.matching import desk as pot_desk
from fundraising.matching import pots
from fundraising.matching.adding import Done
from fundraising.matching.waking import Matcher
from fundraising.moderation import desk as moderation_desk
from fundraising.moderation import views as moderation_views
from fundraising.pages import keeping as page_keeping
from fundraising.pages import places, receipt_papers
from fundraising.pages import views as page_views
from fundraising.pages.papers import Wings
from fundraising.payments import views as payment_views
from fundraising.payments.intake import Intake
from fundraising.payments.stripe import Stripe
from fundraising.people import account, data, security, stepping
from fundraising.people import views as people_views
from fundraising.people.asking import SignInNeeded, StepNeeded, leading_on, must_be_organiser, must_be_signed_in
from fundraising.pledges import outside as pledges
from fundraising.rooms import (
    ABOUT_ACCOUNTS,
    KEEPERS,
    KNOWN,
    MODELS,
    OFFICIAL,
    OPENED,
    PAGE_PANELS,
    PANELS,
    PLACER,
    TELLERS,
    make_records,
    owners_of,
    routines,
)
from fundraising.settings import Settings
from fundraising.store import database, migrate
from fundraising.web.guard import MOST_BYTES, Guard
from fundraising.web.numbers import shorten
from fundraising.web.pages import (
    Pages,
    problem_page,
    show_database_trouble,
    show_http_exception,
    show_last_resort,
    show_problem,
)
from fundraising.web.static import Static, folder
from teams.entries import courses, invited, mine, waiting
from teams.entries import desk as entry_desk
from teams.entries import views as entry_views
from teams.events import listing, organising
from teams.events import views as event_views
from teams.events.current import find_day
from teams.results import desk as results_desk
from teams.results import views as results_views
from teams.roster import (
    captaincy,
    cashbox,
    endings,
    inside,
    joining,
    move_views,
    picture,
    starting,
)
from teams.roster import desk as team_desk
from teams.roster import history as team_history
from teams.roster import settings as team_settings
from teams.roster import views as roster_views
from teams.training import desk as enquiry_desk
from teams.training import views as training_views


@dataclass(frozen=True)
class Doors:
    """How the house reaches the world; the tests hand in their own.

    Args:
        database_url: opened in the lifespan; None: it is open already, for this task and those it starts.
        jobs: run the background jobs here.
        routes: more addresses, those of the demo.
        globals: what every template may use besides.
    """

    database_url: str | None
    stripe: Stripe
    office: PostOffice
    messenger: Messenger = field(default_factory=Messenger)
    jobs: bool = True
    routes: Sequence[BaseRoute] = ()
    exempt: Sequence[str] = ()
    shown_everywhere: dict[str, Any] = field(default_factory=dict)


class House:
    """The application, and the parts of it that the tests and the demo look at."""

    def __init__(self, settings: Settings, doors: Doors) -> None:
        self.settings = settings
        self.doors = doors
        self.static = Static(folder("static"))
        self.pages = Pages(settings, self.static, is_demo=bool(doors.exempt), **doors.shown_everywhere)
        self.hub = Hub(snapshot.take, self._fragment, self.pages.cache.forget)
        self.intake = Intake(TELLERS, self.hub.changed, ABOUT_ACCOUNTS)
        self.scribe = Scribe(self.pages, make_showers(settings))
        self.courier = delivering.Courier(settings, doors.messenger)
        self.jobs = Jobs(
            doors.stripe,
            self.scribe,
            doors.office,
            TELLERS,
            self.hub.changed,
            matcher=Matcher(self._matched),
            tell_of_account=ABOUT_ACCOUNTS,
            routines={**routines(settings), "api.look": ("* * * * *", self.courier.look)},
            beside=(self.courier,),
        )
        self._entering = entry_views.Desk(self.pages, doors.stripe, PLACER)
        self._webhooks = payment_views.make_routes(
            self.intake, settings.webhook_secrets, settings.connect_webhook_secrets
        )
        self.starlette = Starlette(
            routes=self._routes(), exception_handlers=HANDLERS, lifespan=self._lifespan, max_body_size=MOST_BYTES
        )
        self.starlette.router.redirect_slashes = False  # Stripe counts a redirect as failed
        self.starlette.state.pages = self.pages
        # The only middleware; it is outside of Starlette's own, so that errors and static files are guarded too.
        self.guarded = Guard(
            self.starlette,
            settings,
            self.pages.cache,
            lambda problem: problem_page(self.pages, problem),
            exempt=doors.exempt,
            straight={route.path: route.endpoint for route in self._webhooks},
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        await self.guarded(scope, receive, send)

    def _fragment(self, taken: snapshot.Snapshot) -> str:
        return self.pages.render("fundraising/live/_fund.html", live=taken)

    def _matched(self, done: Done) -> None:
        self.hub.changed(done.funds)
        self.hub.levels_changed(done.levels)

    def _routes(self) -> list[BaseRoute]:
        """Hot ones first."""
        settings = self.settings
        shorten()  # before any route is made
        return [
            *self._webhooks,
            *live_views.make_routes(self.hub, self.pages),
            *lists.make_routes(),
            *preview.make_routes(page_views.title_to_pass_on),
            *widget_picture.make_routes(page_views.title_to_pass_on),
            *self.static.routes,
            *page_views.make_routes(self.pages, PAGE_PANELS),
            *page_keeping.make_routes(Wings(find_day, find_registration)),
            *starting.make_routes(),
            *roster_views.make_routes(self.pages),
            *inside.make_routes(),
            *team_desk.make_routes(self._entering),
            *team_settings.make_routes(),
            *picture.make_routes(),
            *captaincy.make_routes(),
            *joining.make_routes(self._entering),
            *endings.make_routes(),
            *move_views.make_routes(self._entering),
            *team_history.make_routes(),
            *pledges.make_routes(courses.course_of, cashbox.captain),
            *self._routes_of_gifts(),
            *moderation_views.make_routes(KEEPERS),
            *self._desks(),
            *results_views.make_routes(self.pages),
            *waiting.make_routes(),
            *mine.make_routes(),
            *invited.make_routes(),
            *entry_views.make_routes(self._entering),
            *event_views.make_routes(self.pages),
            *training_views.make_routes(self.pages),
            *applying_views.make_routes(),
            *applying_desk.make_routes(),
            *charity_views.make_routes(self.pages),
            *api_views.make_routes(self.pages),
            *stepping.make_routes(),
            *people_views.make_routes(KNOWN),
            *security.make_routes(),
            *account.make_routes(PANELS),
            *data.make_routes(make_records(settings)),
            *my_letters.make_routes(must_be_signed_in),
            *stopping.make_routes(settings),
            *pictures.routes,
            Route("/healthz", alive, methods=["GET"], name="healthz"),
            Route("/readyz", self._ready, methods=["GET"], name="readyz"),
            *metrics.make_routes(settings, self.hub, self.intake),
            *self.doors.routes,
        ]

    def _routes_of_gifts(self) -> list[BaseRoute]:
        """From the form to what a supporter may still do years later."""
        giving = donation_views.Desk(
            self.pages, self.doors.stripe, places.charity_funded, pots.additions, promised=pledges.typed_for
        )
        return [
            *donation_views.make_routes(giving),
            *several_views.make_routes(giving),
            *receipt_views.make_routes(receipt_views.Desk(places.charity_funded, find_finance, pots.added_to)),
            *refund_desk.make_routes(self.doors.stripe),
            *yearly.make_routes(),
            *receipt_papers.make_routes(Wings(find_day, find_registration)),
        ]

    def _desks(self) -> list[BaseRoute]:
        """What organisers and partners of charities do."""
        words = ("/charities/{slug}/desk/words", "charity_words")
        return [
            *organising.make_routes(OPENED),
            *listing.make_routes(),
            *entry_desk.make_routes(),
            *enquiry_desk.make_routes(),
            *pot_desk.make_routes(),
            *moderation_desk.make_organiser_routes(owners_of),
            *results_desk.make_routes(OFFICIAL),
            *charity_desk.make_routes(),
            *claim_views.make_routes(),
            *export_views.make_routes(),
            *statement_views.make_routes(),
            *details_views.make_routes(),
            *sharing_views.make_routes(),
            *partner_views.make_routes(),
            *connecting_views.make_routes(self.doors.stripe),
            *owed_desk.make_routes(),
            *api_desk.make_routes(),
            *make_preview_routes(self.pages, self.scribe, SAMPLES, must_be_organiser),
            *moderation_desk.make_routes(*words, moderating.partner, owners_of),
        ]

    async def _ready(self, _request: Request) -> Response:
        """Able to serve: the database answers, is up to date, and we are not going."""
        if self.hub.closing:
            raise Unavailable
        async with database.connection() as connection:
            if not await migrate.is_up_to_date(connection):
                raise Unavailable("The database is not up to date: run `fundraising migrate`.")
        return PlainTextResponse("ready")

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        url = self.doors.database_url
        async with AsyncExitStack() as stack:
            if url is not None:
                await stack.enter_async_context(RegisterTortoise(app, config=database.tortoise_config(url, MODELS)))
            stack.push_async_callback(self.doors.stripe.aclose)
            stack.push_async_callback(self.doors.messenger.aclose)
            stack.push_async_callback(self.hub.stop)
            self.hub.start(url)
            with end_streams_first(self.hub):
                if self.doors.jobs and url is not None:
                    running = asyncio.create_task(self.jobs.run(url))
                    stack.push_async_callback(self.jobs.stop, running)
                yield


async def alive(_request: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("alive")


HANDLERS: dict[Any, Any] = {
    SignInNeeded: leading_on(show_problem),
    StepNeeded: leading_on(show_problem),
    MovedOn: lead_on,
    Problem: show_problem,
    HTTPException: show_http_exception,
    OSError: show_database_trouble,
    asyncpg.PostgresError: show_database_trouble,
    asyncpg.InterfaceError: show_database_trouble,
    BaseORMException: show_database_trouble,
    Exception: show_last_resort,
}
