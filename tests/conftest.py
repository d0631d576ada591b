"""The cast. Rosa asks, Sam and Vera help, Carla coordinates, and Mallory must never get in."""

import gc
import math
import os
from collections.abc import Callable, Iterator

import hypothesis
import pytest
from django.conf import settings
from django.core.signals import setting_changed
from django.db import connection
from django.test import Client
from django.utils import translation
from pytest_django import DjangoDbBlocker

from mutualaid import celery
from mutualaid.faults.database import note_written
from mutualaid.faults.episodes import BROKER
from mutualaid.people.models import Role, User
from mutualaid.policy.environment import VARIABLES
from tests.support import factories, flushing, migrated, scene
from tests.support.built_once import built_once
from tests.support.databases import depends_on_the_database, uses_a_database
from tests.support.one_chunk import in_one_chunk
from tests.support.own_names import take_name
from tests.support.signing_in import sign_in

EXAMPLES = int(os.environ.get("EXAMPLES", "40"))
"""Of each property, where it names no number of its own: `make properties` asks for many more."""


def pytest_configure() -> None:
    """Prepare settings and environment for the whole run.

    The web server would warn, on every request, of a folder that only a started site has. Policies
    start from the design's values, without a night: tests pass at midnight too.
    """
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    # Tests say what the source says; tests/i18n/test_english.py reads the other spellings.
    settings.LOCALE_PATHS = settings.LOCALE_PATHS[:2]
    settings.AMERICAN = False
    setting_changed.send(None, setting="LOCALE_PATHS", value=settings.LOCALE_PATHS, enter=True)
    # The real one is slow on purpose, half a second of work for each password.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    _use_a_database_of_its_own()
    flushing.install()
    for name in VARIABLES:
        os.environ.pop(name, None)
    os.environ |= {"QUIET_FROM": "00:00", "QUIET_UNTIL": "00:00"}
    # A busy machine is slow, not wrong: no test fails by the clock, and no sweep stops half way.
    celery.SWEEP_SECONDS = math.inf
    hypothesis.settings.register_profile(
        "patient",
        max_examples=EXAMPLES,
        deadline=None,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
    hypothesis.settings.load_profile("patient")


def _use_a_database_of_its_own() -> None:
    """Give each process a file that no other run holds.

    Django deletes a file of that name before it makes a new one. Taken from another run, that one's
    open connections would read on, and each new thread would find no tables.
    """
    if connection.vendor == "sqlite":
        settings.DATABASES["default"]["TEST"]["NAME"] = str(
            settings.DATA_DIR / f"{take_name(settings.DATA_DIR, 'test')}.sqlite3"
        )


@pytest.fixture(autouse=True)
def _no_group_is_known(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What the group of another test was called is not known."""
    settings.LAST_GROUP_FILE = tmp_path_factory.getbasetemp() / "group.json"
    settings.LAST_GROUP_FILE.unlink(missing_ok=True)


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> bool:
    """Let pytest-django begin with a database that is there: a copy of a migrated one."""
    return migrated.begin_test_database(connection)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL leave out what says the same as on SQLite; start first what waits for servers."""
    if connection.vendor == "postgresql":
        same = [item for item in items if not depends_on_the_database(item)]
        config.hook.pytest_deselected(items=same)
        items[:] = [item for item in items if depends_on_the_database(item)]
    items.sort(key=lambda item: "slow" not in item.keywords or uses_a_database(item))


def pytest_collection_finish() -> None:
    """Look for garbage less often, and never in what lives as long as the run: thousands of tests."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Run setup, call and teardown as pytest does, a tenth sooner."""
    runner = item.config.pluginmanager.get_plugin("runner")
    return bool(in_one_chunk(runner.pytest_runtest_protocol, item, nextitem))


@pytest.fixture(autouse=True)
def _broker_is_tried() -> None:
    """Where a busy machine was slow to refuse, the site leaves the broker alone for a while."""
    celery._circuit_breaker.until = 0.0
    BROKER.works()
    note_written()


@pytest.fixture(autouse=True)
def _no_language_is_left() -> None:
    """A request leaves the language of its page behind in the process."""
    translation.deactivate()


@pytest.fixture
def rosa(db: None) -> User:
    return factories.person("Rosa")


@pytest.fixture
def sam(db: None) -> User:
    return factories.person("Sam")


@pytest.fixture
def vera(db: None) -> User:
    return factories.person("Vera")


@pytest.fixture
def carla(db: None) -> User:
    return factories.person("Carla", Role.COORDINATOR)


@pytest.fixture
def mallory(db: None) -> User:
    """Signed in and a volunteer like any other, but nothing here belongs to them."""
    return factories.person("Mallory", Role.VOLUNTEER)


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """Return a function that makes a browser in which the given user is signed in."""

    def new_client(user: User) -> Client:
        return sign_in(Client(), user)

    return new_client


@pytest.fixture
def carlas(carla: User, signed_in: Callable[[User], Client]) -> Client:
    """Carla's browser."""
    return signed_in(carla)


@pytest.fixture
def doras(signed_in: Callable[[User], Client]) -> Client:
    """The browser of a second coordinator."""
    return signed_in(factories.person("Dora", Role.COORDINATOR))


@pytest.fixture(scope="module")
def new_scene(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Callable[[], scene.Scene]]:
    with built_once(scene.build, django_db_blocker) as copy:
        yield copy


@pytest.fixture
def here(new_scene: Callable[[], scene.Scene], db: None) -> scene.Scene:
    """The neighbourhood of `scene`, untouched by the test before. It holds Rosa and the others."""
    return new_scene()
