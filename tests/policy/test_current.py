"""One read for each request, task or command; never older than that; and never at import."""

import subprocess
import sys
from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from celery import Celery
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.models import NOT_PROVIDED

from mutualaid.policy import current
from mutualaid.policy.actions import change_policy, make_policy
from mutualaid.policy.current import current_policy
from mutualaid.policy.models import Policy
from mutualaid.singleton import reading
from mutualaid.singleton.reading import read_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def stored() -> None:
    make_policy()


def a_request(*days: int) -> list[int]:
    """Read twice within a request, with a change by another process after the first read."""
    reading.begin_request()
    try:
        found = [current_policy().erase_days]
        for number in days:
            in_another_process(number)
            found.append(current_policy().erase_days)
        return found
    finally:
        reading.end_request()


def in_another_process(days: int) -> None:
    Policy.objects.update(erase_days=days)


def test_within_a_request_it_is_read_once_and_in_the_next_one_anew(
    stored, django_assert_num_queries: Any
):
    with django_assert_num_queries(1):
        assert a_request() == [28]
    assert a_request(30, 40) == [28, 28, 28]
    assert a_request() == [40]


def test_a_page_asks_for_it_once(stored, client, django_assert_num_queries):
    with django_assert_num_queries(2) as asked:  # the face of the group, and the policy
        page = client.get("/data/").content.decode()
    assert "policy_policy" in asked.captured_queries[1]["sql"]
    assert "Until 28 days after it is closed" in page
    in_another_process(30)
    assert "Until 30 days after it is closed" in client.get("/data/").content.decode()


def test_a_request_that_ended_badly_leaves_nothing_for_the_next(stored):
    reading.begin_request()
    assert current_policy().erase_days == 28
    in_another_process(30)
    assert a_request() == [30]


@Celery("of this test", set_as_current=False).task(shared=False)
def two_reads() -> list[int]:
    before = current_policy().erase_days
    in_another_process(before + 1)
    return [before, current_policy().erase_days]


def test_a_task_reads_it_once_also_within_a_request(stored):
    assert two_reads.apply().get() == [28, 28]
    reading.begin_request()
    assert current_policy().erase_days == 29
    in_another_process(30)
    assert two_reads.apply().get() == [30, 30]
    assert current_policy().erase_days == 29
    reading.end_request()
    assert current_policy().erase_days == 31


def test_outside_of_all_these_it_is_as_fresh_as_the_database(stored):
    assert current_policy().erase_days == 28
    in_another_process(30)
    assert current_policy().erase_days == 30


def test_what_was_rolled_back_is_read_by_no_one_after(stored):
    first = current_policy()
    with transaction.atomic():
        change_policy(by=None, changes={"erase_days": 30})
        assert (current_policy().erase_days, current_policy().version) == (30, 2)
        transaction.set_rollback(True)
    assert (current_policy().erase_days, current_policy().version) == (28, 1)
    change_policy(by=None, changes={"erase_days": 40})
    assert (current_policy().erase_days, current_policy().version) == (40, 2)
    assert first.erase_days == 28


def test_whoever_tries_other_values_tries_them_alone(stored):
    draft = current_policy().draft()
    draft.erase_days = 3
    assert current_policy().erase_days == 28


def test_whoever_changes_it_reads_what_they_wrote(stored):
    with read_once():
        assert current_policy().erase_days == 28
        change_policy(by=None, changes={"erase_days": 30})
        assert current_policy().erase_days == 30


def test_no_one_changes_it_by_the_way(stored):
    with pytest.raises(FrozenInstanceError):
        current_policy().erase_days = 3


def test_no_default_of_a_field_reads_it(monkeypatch):
    monkeypatch.setattr(current, "read_policy", refuse)
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.default is not NOT_PROVIDED and callable(field.default):
                field.get_default()


def refuse() -> None:
    raise AssertionError("the policy is read")


IMPORT_ALL = """
import importlib, pkgutil, sys
import django
django.setup()
from mutualaid.policy import current, environment
def refuse(*_args, **_named):
    sys.exit("the policy is read at import")
current.read_policy = environment.first_policy = current.first_policy = refuse
from django.db import connection
connection.ensure_connection = refuse
for room in ("mutualaid", "requests_app", "offers_app"):
    package = importlib.import_module(room)
    for module in pkgutil.walk_packages(package.__path__, f"{room}."):
        # A server that starts asks the database whether its keys fit.
        if not module.name.endswith(("__main__", "mutualaid.wsgi")):
            importlib.import_module(module.name)
print("all imported")
"""


@pytest.mark.slow
def test_no_module_and_no_migration_reads_it_at_import():
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL],
        cwd=settings.BASE_DIR,
        env={
            "PATH": "",
            "DJANGO_SETTINGS_MODULE": "mutualaid.settings",
            "DATA_DIR": str(settings.DATA_DIR),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "all imported", done.stdout + done.stderr


def test_no_migration_knows_it():
    for path in settings.BASE_DIR.glob("**/migrations/*.py"):
        assert "policy.current" not in path.read_text(encoding="utf-8"), path


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite keeps no plan beyond a statement")
def test_it_is_read_on_while_an_upgrade_changes_the_type_of_a_column(stored):
    before = current_policy()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE policy_policy ALTER COLUMN erase_days TYPE bigint")
    assert current_policy().erase_days == before.erase_days
