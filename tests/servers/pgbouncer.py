"""Run a command with PgBouncer in front of its PostgreSQL: `python -m tests.servers.pgbouncer COMMAND…`.

In transaction mode, as `mutualaid/docs/operate.md` says, with fewer connections than a process has threads.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from tests.servers.postgres import NOBODY, give_away, new_folder

PORT, STARTS_WITHIN = 6432, 10.0
SETTINGS = """
[databases]
* = host={host} user={user}
[pgbouncer]
unix_socket_dir = {folder}
listen_port = {port}
listen_addr =
auth_type = any
pool_mode = transaction
default_pool_size = 8
max_client_conn = 500
server_reset_query =
logfile = {folder}/log
"""


def main(command: list[str]) -> int:
    if not shutil.which("pgbouncer"):
        sys.exit("PgBouncer is missing (Debian: sudo apt install pgbouncer)")
    with before(os.environ["DATABASE_URL"]) as url:
        environment = os.environ | {"DATABASE_URL": url, "PGBOUNCER": "1"}
        return subprocess.run(command, env=environment).returncode


@contextmanager
def before(url: str) -> Iterator[str]:
    """Run one in front of the database at `url`; yields the address to use instead."""
    place = urlsplit(url)
    host, user = unquote(place.netloc.rpartition("@")[2]), place.username or "postgres"
    with new_folder() as folder:
        settings = folder / "pgbouncer.ini"
        settings.write_text(SETTINGS.format(host=host, user=user, folder=folder, port=PORT))
        give_away(folder)
        process = subprocess.Popen(
            ["pgbouncer", "--quiet", settings],
            user=NOBODY and NOBODY.pw_uid,
            group=NOBODY and NOBODY.pw_gid,
            extra_groups=[] if NOBODY else None,
        )
        try:
            _wait_for(folder / f".s.PGSQL.{PORT}")
            yield f"postgres://{user}@{quote(str(folder), safe='')}:{PORT}{place.path}"
        finally:
            process.terminate()
            process.wait()


def _wait_for(socket: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while not socket.is_socket():
        if time.monotonic() > deadline:
            sys.exit("PgBouncer did not start")
        time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
