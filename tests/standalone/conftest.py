import os
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest

from tests.support import migrated
from tests.support.site import Site


@pytest.fixture(scope="module")
def new_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Site]]:
    """Makes sites with an empty folder, and on PostgreSQL a database, of their own.

    Unless `empty`, its tables are there.
    """
    server = os.environ.get("DATABASE_URL", "")
    databases: list[str] = []
    sites: list[Site] = []

    def make(*, empty: bool = False, **environment: str) -> Site:
        if server:
            databases.append(f"site_{uuid4().hex}")
            if empty or not migrated.copy_on_server(server, databases[-1]):
                _do(server, f"CREATE DATABASE {databases[-1]}")
            url = urlsplit(server)._replace(path=f"/{databases[-1]}").geturl()
            environment = {"DATABASE_URL": url} | environment
        folder: Path = tmp_path_factory.mktemp("site") / "data"
        sites.append(Site(folder, **environment))
        return sites[-1]

    yield make
    for site in sites:
        site.clear_up()
    for name in databases:
        _do(server, f"DROP DATABASE {name} WITH (FORCE)")


def _do(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)
