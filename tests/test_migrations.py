"""A migration of a released version is never edited, and a new one lets the release before it go on.

Some site has run it as it was; and while a site is upgraded, workers of the release before still run.
"""

from hashlib import sha256

import pytest
from django.conf import settings
from django.db import connection
from django_migration_linter import MigrationLinter

from tests.support.releases import FOLDER, RELEASES

NOTED: dict[str, str] = {}
"""App and name of a migration that the linter refuses, and why it may be so all the same."""
LAST_UNLINTED = {
    "catalog": "0007", "group": "0001", "importing": "0002", "matching": "0009", "notify": "0010",
    "numbers": "0001", "offers_app": "0003", "people": "0010", "policy": "0007", "requests_app": "0015",
    "resources": "0003", "retention": "0002", "trials": "0001",
}  # fmt: skip
"""Up to these they were written before the linter ran: 0.1.0 does not run on their tables, and is stopped for
the upgrade."""


@pytest.mark.parametrize("release", RELEASES)
def test_what_was_released_is_as_it_was(release):
    """`migrations.sha256` is written by `make release-data`, in the way of sha256sum."""
    lines = (FOLDER / release / "migrations.sha256").read_text().splitlines()
    released = {name: digest for digest, name in (line.split("  ") for line in lines)}
    assert len(released) >= 8
    files = {name: settings.BASE_DIR / name for name in released}
    today = {name: sha256(file.read_bytes()).hexdigest() for name, file in files.items()}
    assert today == released, "add a migration, and leave those of a released version alone"


@pytest.fixture
def on_postgresql(db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite writes a whole table anew for each change of one")


def test_the_release_before_runs_on_what_new_migrations_make(on_postgresql):
    refused = {
        name: _refused(name) for name in _new_migrations() if name not in NOTED and _refused(name)
    }
    assert refused == {}, "write it so that the release before can go on, or note the reason"


def test_the_linter_knows_what_ends_the_release_before(on_postgresql):
    assert _refused("notify.0006_no_pauses")
    assert not _refused("notify.0008_ways_of_messages")


def _new_migrations() -> list[str]:
    names = []
    for room in ("mutualaid", "requests_app", "offers_app"):
        for path in sorted((settings.BASE_DIR / room).rglob("migrations/0*.py")):
            app = path.parents[1].name
            if path.name[:4] > LAST_UNLINTED.get(app, ""):
                names.append(f"{app}.{path.stem}")
    return names


def _refused(name: str) -> int:
    """How many mistakes the linter finds."""
    linter = MigrationLinter(str(settings.BASE_DIR), no_cache=True, no_output=True)
    app, _, migration = name.partition(".")
    linter.lint_all_migrations(app_label=app, migration_name=migration)
    return int(linter.nb_erroneous)
