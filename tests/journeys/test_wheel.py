"""The wheel, built and unpacked somewhere else: the whole site is in it, and runs without the repository."""

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from zipfile import ZipFile

import asyncpg
import httpx
import pytest

from tests.conftest import drop, named
from tests.journeys.processes import environment, free_port, running
from tests.makers import tag

ROOT = Path(__file__).parents[2]
MARK = "\n.of-the-wheel { color: red }\n"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this repository, built without a network and unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "wheel"]
    told = subprocess.run(
        [*pip, "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(folder), str(ROOT)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert told.returncode == 0, told.stderr
    (wheel,) = folder.glob("fundraising-*.whl")
    ZipFile(wheel).extractall(folder / "site")
    return folder / "site"


@pytest.fixture
async def empty_database(server_url: str) -> AsyncIterator[str]:
    """A database in which nothing stands yet."""
    name = f"house_{tag()}"
    admin = await asyncpg.connect(server_url)
    await admin.execute(f"create database {name}")
    await admin.close()
    url = named(server_url, name)
    yield url
    await drop(url, server_url)


def files_below(folder: Path, ending: str = "") -> set[str]:
    """Files of a folder, but for what Python leaves behind."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob(f"*{ending}")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_all_that_the_site_is_made_of_is_in_the_wheel(unpacked: Path) -> None:
    """Templates, static files, every module with the migrations, the licence and the command; no test, no cache."""
    for name in ("templates", "static"):
        assert files_below(unpacked / "fundraising" / name) == files_below(ROOT / name) != set()
    for package in ("fundraising", "teams", "charities"):
        assert files_below(unpacked / package, ".py") == files_below(ROOT / package, ".py") != set()
    assert {f"{name}.py" for name in ("0001_tables", "0002_rules")} <= files_below(
        unpacked / "fundraising" / "migrations", ".py"
    )
    (about,) = unpacked.glob("fundraising-*.dist-info")
    assert "fundraising = fundraising.cli:main" in (about / "entry_points.txt").read_text()
    assert (about / "licenses" / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    assert {path.name for path in unpacked.iterdir()} == {"fundraising", "teams", "charities", about.name}


async def test_the_unpacked_wheel_serves_the_site_by_itself(
    unpacked: Path, empty_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On an empty database, from a folder that has nothing to do with the repository."""
    sheet = unpacked / "fundraising" / "static" / "fundraising.css"
    sheet.write_text(sheet.read_text() + MARK)
    monkeypatch.chdir(tmp_path)
    port = free_port()
    env = environment(tmp_path, port, DATABASE_URL=empty_database, PYTHONPATH=str(unpacked))
    async with (
        running("serve", "--port", str(port), "--no-jobs", env=env, port=port) as server,
        httpx.AsyncClient(base_url=server.url, timeout=10) as client,
    ):
        home = await client.get("/")
        assert home.status_code == 200
        assert "No event has been opened on this site." in home.text
        links = re.findall(r'(?:href|src)="(/static/[^"]+)"', home.text)
        answers = await asyncio.gather(*(client.get(link) for link in links))
        assert {answer.status_code for answer in answers} == {200}
        assert any(answer.text.endswith(MARK) for answer in answers if "css" in answer.headers["content-type"])
