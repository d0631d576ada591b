"""Bring the SQLite database of a past release to PostgreSQL: `python -m … FILE URL`, with its settings.

Its migrations are run there as far as they were, and no farther.
"""

import sys
from pathlib import Path

import django


def main(file: Path, url: str) -> None:
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from mutualaid.moving.copying import copy_everything
    from mutualaid.moving.source import applied_migrations, standing_still
    from mutualaid.moving.target import connected

    with standing_still(file) as source, connected(url) as target:
        last_of_each_app = dict(sorted(applied_migrations(source)))
        MigrationExecutor(connection).migrate([*last_of_each_app.items()])
        call_command("createcachetable", verbosity=0)
        connection.close()
        copy_everything(source, target, lambda _table, _rows: None)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
