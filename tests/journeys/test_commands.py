"""The command line, as an operator uses it: on an empty folder, twice, at the same time, and by mistake."""

import asyncio
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from tests.journeys.processes import demonstration, environment, free_port, run, running
from tests.makers import tag

COMMANDS = (
    "demo",
    "serve",
    "jobs",
    "migrate",
    "seed",
    "books",
    "rebuild",
    "reconcile",
    "connect",
    "organiser",
    "export-person",
    "erase-person",
)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A DATA_DIR with a short path."""
    made = Path(f"/tmp/fr{tag()}")
    yield made
    shutil.rmtree(made, ignore_errors=True)


def test_every_command_of_the_contract_that_exists_so_far_is_listed(data_dir: Path) -> None:
    """And says what it does."""
    told = run("--help", env=environment(data_dir, 1)).stdout
    assert [name for name in COMMANDS if name not in told] == []


async def test_an_empty_folder_becomes_the_demonstration_with_right_books(data_dir: Path) -> None:
    """By one command; a second seed changes nothing and says so."""
    port = free_port()
    env = demonstration(data_dir, port)
    async with running("demo", "--port", str(port), env=env, port=port) as demo, httpx.AsyncClient() as client:
        assert "UK Backward Run" in (await client.get(demo.url)).text
    _is_the_example(environment(data_dir, port))


async def test_the_example_event_is_installed_with_right_books(seeded_database: str, tmp_path: Path) -> None:
    """By the command that everything stands on which asks for it; migrating once more changes nothing."""
    env = environment(tmp_path, 1, DATABASE_URL=seeded_database)
    assert (await asyncio.to_thread(run, "migrate", env=env)).returncode == 0
    await asyncio.to_thread(_is_the_example, env)


def _is_the_example(env: dict[str, str]) -> None:
    again = run("seed", env=env)
    assert again.returncode == 2
    assert "holds an event already" in again.stderr
    told = run("books", "--json", env=env)
    assert told.returncode == 0, told.stdout + told.stderr
    books = json.loads(told.stdout)
    assert books["ok"] is True
    assert books["problems"] == []
    assert books["set_aside"] == 0
    assert books["transfers"] > 800
    assert books["funds"] == 2 + 4 + 9 + 40
    readable = run("books", env=env).stdout
    assert "The books are right." in readable
    assert "owed to" in readable


async def test_an_organiser_is_made_by_command_and_signs_in_by_the_link(own_database: str, tmp_path: Path) -> None:
    """Twice, if need be; what is no address is refused in a sentence."""
    env = environment(tmp_path, 8123, DATABASE_URL=own_database)
    told = await asyncio.to_thread(run, "organiser", "Boss@Example.org", env=env)
    assert told.returncode == 0, told.stderr
    link = told.stdout.splitlines()[-1]
    assert re.fullmatch(r"http://127\.0\.0\.1:8123/sign-in/[\w-]{43}", link), link
    connection = await asyncpg.connect(own_database)
    assert await connection.fetchval("select is_organiser from person where lower(email) = 'boss@example.org'")
    await connection.close()
    refused = await asyncio.to_thread(run, "organiser", "boss", env=env)
    assert (refused.returncode, "sam@example.org" in refused.stderr) == (2, True)


async def test_a_person_is_handed_out_and_erased_by_command(seeded_database: str, tmp_path: Path) -> None:
    """A supporter of the example, who has only given; books stay right, and nothing is left for a second time."""
    env = environment(tmp_path, 1, DATABASE_URL=seeded_database)
    connection = await asyncpg.connect(seeded_database)
    email = await connection.fetchval("select email from donation order by id limit 1")
    given = await connection.fetchval("select count(*) from donation where lower(email) = lower($1)", email)
    told = await asyncio.to_thread(run, "export-person", email, env=env)
    assert (told.returncode, len(json.loads(told.stdout)["tables"]["gifts"])) == (0, given), told.stderr
    erased = await asyncio.to_thread(run, "erase-person", email, env=env)
    assert (erased.returncode, "totals" in erased.stdout) == (0, True), erased.stderr
    assert await connection.fetchval("select count(*) from donation where lower(email) = lower($1)", email) == 0
    await connection.close()
    again = await asyncio.to_thread(run, "erase-person", email, env=env)
    assert (again.returncode, again.stdout.strip()) == (0, f"{email.lower()} is erased.")
    assert (await asyncio.to_thread(run, "books", env=env)).returncode == 0
    refused = await asyncio.to_thread(run, "erase-person", "boss", env=env)
    assert (refused.returncode, "sam@example.org" in refused.stderr) == (2, True)


async def test_books_name_the_first_row_that_was_changed_and_rebuild_mends_totals(
    seeded_database: str, tmp_path: Path
) -> None:
    """A total changed by hand is mended; a ledger changed by hand is told, and not mended."""
    env = environment(tmp_path, 1, DATABASE_URL=seeded_database)
    connection = await asyncpg.connect(seeded_database)
    await connection.execute("update fund set raised_pence = raised_pence + 1 where slug = 'reverse-charge'")
    wrong = await asyncio.to_thread(run, "books", env=env)
    assert wrong.returncode == 1
    assert "WRONG: team reverse-charge" in wrong.stdout
    assert "1 totals were wrong" in (await asyncio.to_thread(run, "rebuild", env=env)).stdout
    assert "right already" in (await asyncio.to_thread(run, "rebuild", env=env)).stdout
    assert (await asyncio.to_thread(run, "books", env=env)).returncode == 0
    await connection.execute("alter table transfer disable trigger transfer_append_only")
    await connection.execute("update transfer set pence = pence + 1 where id = 7")
    await connection.close()
    told = json.loads((await asyncio.to_thread(run, "books", "--json", env=env)).stdout)
    assert told["ok"] is False
    assert told["problems"][0] == "transfer 7 was changed behind the application's back"


async def test_two_machines_may_migrate_at_once_and_two_folders_stand_side_by_side(data_dir: Path) -> None:
    """One database, two migrations; two folders, two servers."""
    here, there = environment(data_dir / "a", 1), environment(data_dir / "b", 1)
    ended = await asyncio.gather(*(asyncio.to_thread(run, "migrate", env=env) for env in (here, here, there)))
    assert [one.returncode for one in ended] == [0, 0, 0], [one.stderr for one in ended]


@pytest.mark.parametrize(
    ("setting", "value", "named"),
    [
        ("STRIPE_SECRET_KEY", "", "STRIPE_SECRET_KEY"),
        ("STRIPE_WEBHOOK_SECRET", "", "STRIPE_WEBHOOK_SECRET"),
        ("BASE_URL", "run.example.org", "BASE_URL"),
        ("SECRET_KEY", "short", "SECRET_KEY"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL"),
        ("STRIPE_SECRET_KEY", "sk_live_real", "STRIPE_API_BASE"),
    ],
)
def test_nonsense_stops_the_start_with_one_sentence_that_names_it(
    data_dir: Path, setting: str, value: str, named: str
) -> None:
    """And with no trace."""
    ended = run("serve", env=environment(data_dir, 1, **{setting: value}))
    assert ended.returncode == 2
    assert named in ended.stderr
    assert "Traceback" not in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


def test_a_live_key_and_the_sandbox_never_run_together(data_dir: Path) -> None:
    """Nor does a live key go with http."""
    ended = run("demo", env=environment(data_dir, 1, STRIPE_SECRET_KEY="sk_live_real"))
    assert ended.returncode == 2
    assert "live key" in ended.stderr
    plain = environment(data_dir, 1, STRIPE_SECRET_KEY="sk_live_real", STRIPE_API_BASE="https://api.stripe.com")
    assert "BASE_URL" in run("serve", env=plain).stderr
