"""Where the sandbox keeps things: one SQLite file, written through, so that a kill -9 loses nothing that was answered.

Objects are kept as JSON, beside what Stripe knows of them and never shows. Every call is synchronous and takes well
under a millisecond; one process uses a file at a time.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson

from fundraising.sandbox.wire import Body

TABLES = """
create table if not exists thing (
    position integer primary key autoincrement, id text not null unique, kind text not null, account text not null,
    created integer not null, body text not null, hidden text not null);
create index if not exists thing_listed on thing (kind, account, position);
create index if not exists thing_intent on thing (json_extract(body, '$.payment_intent'));
create index if not exists thing_charge on thing (json_extract(body, '$.charge'));
create index if not exists thing_source on thing (json_extract(body, '$.source'));
create table if not exists delivery (
    position integer primary key autoincrement, event text not null, url text not null, state text not null,
    due_at real not null, tries integer not null default 0, said text not null default '');
create index if not exists delivery_due on delivery (state, due_at);
create index if not exists delivery_event on delivery (event);
create table if not exists errand (
    position integer primary key autoincrement, verb text not null, about text not null, due_at real not null);
create table if not exists answer (
    account text not null, key text not null, fingerprint text not null, request text not null,
    status integer not null, body blob not null, created real not null, primary key (account, key));
create table if not exists note (name text primary key, value text not null);
"""
COLUMNS = "position, id, kind, account, body, hidden"


class DeliveryState(StrEnum):
    """How far a delivery has come."""

    QUEUED = "queued"
    HELD = "held"  # waits for others, to be sent in another order
    DONE = "done"
    GIVEN_UP = "given_up"
    WITHHELD = "withheld"  # told never to be sent


OPEN_STATES = (DeliveryState.QUEUED, DeliveryState.HELD)


@dataclass(slots=True)
class Thing:
    """An object of Stripe's.

    Args:
        kind: what Stripe calls its `object`.
        account: whose it is; the platform's own has an id too.
        body: as Stripe shows it, nothing expanded.
        hidden: what belongs to it and Stripe does not show.
        position: grows with every thing; lists follow it.
    """

    id: str
    kind: str
    account: str
    body: Body
    hidden: Body = field(default_factory=dict)
    position: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one endpoint."""

    position: int
    event: str
    url: str
    state: DeliveryState
    due_at: float
    tries: int


@dataclass(frozen=True, slots=True)
class Errand:
    """Something that happens by itself, later."""

    position: int
    verb: str
    about: str
    due_at: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered for an idempotency key."""

    fingerprint: str
    request: str
    status: int
    body: bytes
    created: float


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is wanted.

    Args:
        equal: fields of the body and the value that they must have.
        hidden: the same for what is not shown.
        created: bounds by gt, gte, lt, lte in seconds.
        after, before: positions of things; the newest come first.
    """

    limit: int = 10
    after: int | None = None
    before: int | None = None
    equal: Mapping[str, Any] = field(default_factory=dict)
    hidden: Mapping[str, Any] = field(default_factory=dict)
    created: Mapping[str, int] = field(default_factory=dict)


class Shelf:
    """The file.

    Raises:
        RuntimeError: when another sandbox uses the same folder.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(folder / "sandbox.sqlite3", isolation_level=None, timeout=0.2)
        self._db.row_factory = sqlite3.Row
        try:
            self._db.execute("pragma locking_mode = exclusive")
            self._db.execute("pragma journal_mode = wal")
            self._db.execute("pragma synchronous = normal")
            self._db.executescript(f"begin; {TABLES} commit;")
        except sqlite3.OperationalError as error:
            self._db.close()
            raise RuntimeError(f"The sandbox cannot use {folder}: {error}.") from error

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """All that is written inside, or nothing of it."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    def add(self, thing: Thing) -> Thing:
        """Keep a new thing; its position is known afterwards."""
        row = self._db.execute(
            "insert into thing (id, kind, account, created, body, hidden) values (?, ?, ?, ?, ?, ?)",
            (thing.id, thing.kind, thing.account, thing.body.get("created", 0), _json(thing.body), _json(thing.hidden)),
        )
        thing.position = row.lastrowid or 0
        return thing

    def save(self, thing: Thing) -> None:
        """Keep a thing as it is now."""
        self._db.execute(
            "update thing set body = ?, hidden = ? where id = ?", (_json(thing.body), _json(thing.hidden), thing.id)
        )

    def find(self, id_: str, kind: str | None = None, account: str | None = None) -> Thing | None:
        """A thing by its id, when it is of that kind and that account's."""
        row = self._db.execute(f"select {COLUMNS} from thing where id = ?", (id_,)).fetchone()  # noqa: S608 - ours
        if row is None or (kind and row["kind"] != kind) or (account and row["account"] != account):
            return None
        return _thing(row)

    def listed(self, kind: str, account: str | None, page: Page) -> list[Thing]:
        """Things, the newest first; one more than the limit when there are more.

        Args:
            account: whose; None for everybody's.
        """
        where, values = ["kind = ?"], [kind]
        if account is not None:
            where, values = [*where, "account = ?"], [*values, account]
        bounds: list[tuple[str, Any]] = [(f"json_extract(body, '$.{name}') = ?", v) for name, v in page.equal.items()]
        bounds += [(f"json_extract(hidden, '$.{name}') is ?", v) for name, v in page.hidden.items()]
        bounds += [(f"created {SIGNS[name]} ?", v) for name, v in page.created.items()]
        if page.after is not None:
            bounds.append(("position < ?", page.after))
        if page.before is not None:
            bounds.append(("position > ?", page.before))
        order = "asc" if page.before is not None else "desc"
        rows = self._db.execute(
            f"select {COLUMNS} from thing where {' and '.join([*where, *(text for text, _ in bounds)])} "  # noqa: S608
            f"order by position {order} limit ?",
            [*values, *(value for _, value in bounds), page.limit + 1],
        ).fetchall()
        return [_thing(row) for row in rows]

    def send(self, event: str, url: str, state: DeliveryState, due_at: float) -> None:
        """Put an event into the queue for an endpoint."""
        self._db.execute(
            "insert into delivery (event, url, state, due_at) values (?, ?, ?, ?)", (event, url, state, due_at)
        )

    def due(self, state: DeliveryState, at: float) -> list[Delivery]:
        """Deliveries in that state whose time has come."""
        rows = self._db.execute(
            "select position, event, url, state, due_at, tries from delivery where state = ? and due_at <= ? "
            "order by due_at, position limit 1000",
            (state, at),
        )
        return [_delivery(row) for row in rows]

    def held(self) -> list[Delivery]:
        """Deliveries that wait for others."""
        return self.due(DeliveryState.HELD, float("inf"))

    def delivered(self, position: int, state: DeliveryState, due_at: float, said: str) -> None:
        """Say what became of a try."""
        self._db.execute(
            "update delivery set state = ?, due_at = ?, said = ?, tries = tries + 1 where position = ?",
            (state, due_at, said[:200], position),
        )

    def deliveries(self, event: str) -> list[tuple[str, DeliveryState]]:
        """Where an event was to go, and how far it has come."""
        rows = self._db.execute("select url, state from delivery where event = ? order by position", (event,))
        return [(row["url"], DeliveryState(row["state"])) for row in rows]

    def count_deliveries(self) -> dict[str, int]:
        """How many deliveries are in each state."""
        rows = self._db.execute("select state, count(*) as number from delivery group by state")
        found = {row["state"]: row["number"] for row in rows}
        return {str(state): found.get(state, 0) for state in DeliveryState}

    def run_errand(self, verb: str, about: str, due_at: float) -> None:
        """Have something done later."""
        self._db.execute("insert into errand (verb, about, due_at) values (?, ?, ?)", (verb, about, due_at))

    def has_errand(self, verb: str, about: str) -> bool:
        """Whether something of the kind waits to be done."""
        row = self._db.execute("select exists (select 1 from errand where verb = ? and about = ?)", (verb, about))
        return bool(row.fetchone()[0])

    def errands(self, at: float) -> list[Errand]:
        """Errands whose time has come."""
        rows = self._db.execute("select * from errand where due_at <= ? order by due_at, position limit 200", (at,))
        return [Errand(row["position"], row["verb"], row["about"], row["due_at"]) for row in rows]

    def is_busy(self, verbs: Sequence[str]) -> bool:
        """Whether a delivery is still to be made, or an errand of one of these verbs to be run."""
        row = self._db.execute(
            "select exists (select 1 from delivery where state in (?, ?)) "
            "or exists (select 1 from errand where verb in (select value from json_each(?)))",
            [*OPEN_STATES, orjson.dumps(list(verbs)).decode()],
        ).fetchone()
        return bool(row[0])

    def done(self, errand: Errand) -> None:
        """An errand has been run."""
        self._db.execute("delete from errand where position = ?", (errand.position,))

    def next_due(self) -> float | None:
        """When the next delivery or errand is due."""
        row = self._db.execute(
            "select min(at) from (select min(due_at) as at from delivery where state in (?, ?) "
            "union all select min(due_at) from errand)",
            OPEN_STATES,
        ).fetchone()
        return None if row[0] is None else float(row[0])

    def answer(self, account: str, key: str, since: float) -> Answer | None:
        """What was answered for a key; older answers are forgotten."""
        self._db.execute("delete from answer where created < ?", (since,))
        row = self._db.execute(
            "select fingerprint, request, status, body, created from answer where account = ? and key = ?",
            (account, key),
        ).fetchone()
        return Answer(*row) if row else None

    def remember(self, account: str, key: str, answer: Answer) -> None:
        """Keep an answer for its key."""
        self._db.execute(
            "insert or ignore into answer (account, key, fingerprint, request, status, body, created) "
            "values (?, ?, ?, ?, ?, ?, ?)",
            (account, key, answer.fingerprint, answer.request, answer.status, answer.body, answer.created),
        )

    def note(self, name: str) -> Body | None:
        """A small note that was written down."""
        row = self._db.execute("select value from note where name = ?", (name,)).fetchone()
        return orjson.loads(row["value"]) if row else None

    def write_note(self, name: str, value: Body) -> None:
        """Write a note down, in place of the one before."""
        self._db.execute("insert or replace into note (name, value) values (?, ?)", (name, _json(value)))


SIGNS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def _json(value: Body) -> str:
    return orjson.dumps(value).decode()


def _thing(row: sqlite3.Row) -> Thing:
    return Thing(
        id=row["id"],
        kind=row["kind"],
        account=row["account"],
        body=orjson.loads(row["body"]),
        hidden=orjson.loads(row["hidden"]),
        position=row["position"],
    )


def _delivery(row: sqlite3.Row) -> Delivery:
    return Delivery(
        position=row["position"],
        event=row["event"],
        url=row["url"],
        state=DeliveryState(row["state"]),
        due_at=row["due_at"],
        tries=row["tries"],
    )
