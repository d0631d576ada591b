"""On the last day everyone is erased, every table but what stays is empty, and no byte is left in a file."""

from contextlib import suppress
from datetime import timedelta
from secrets import token_hex
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.utils import timezone

from mutualaid.ending.steps import closing, erasing, telling
from mutualaid.ending.steps.days import is_anyone_left
from mutualaid.ending.sweep import sweep_winding_down
from mutualaid.fund.models import Entry
from mutualaid.group.actions import change_group
from mutualaid.group.current import read_group
from mutualaid.matching.models import CalendarMark
from mutualaid.notify.tasks import sweep as deliver_all
from mutualaid.numbers.models import Month
from mutualaid.partners.delivery import give_up
from mutualaid.partners.models import Partner
from mutualaid.partners.protocol.messages import ReferralErase
from mutualaid.people.models import Role, User
from mutualaid.record import tasks as record_tasks
from mutualaid.record.models import RecordEntry
from mutualaid.retention import sweep as retention_sweep
from mutualaid.retention.models import Erasure, Rewrite
from mutualaid.retention.rewriting import rewrite_what_is_due
from mutualaid.retention.table import TABLE
from mutualaid.retention.terms import Keep
from requests_app.actions import claim_need, erase_ask
from requests_app.models import Ask, Need
from tests.support import (
    canary,
    factories,
    money,
    partner_inbox,
    partners,
    recorded,
    scene,
    stored,
    winding,
)
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
LOGO = "group_grouplogo"


def counted(text: str) -> int:
    return len(text.splitlines())


def test_every_table_is_kept_for_a_reason_or_emptied_and_what_is_kept_leads_to_no_one():
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        assert erasing.KEPT.keys() <= tables
        assert set(erasing.tables_to_empty()) == tables - erasing.KEPT.keys()
        for table in erasing.KEPT:
            leads_to = connection.introspection.get_relations(cursor, table).values()
            assert {other for _column, other, *_ in leads_to} <= erasing.KEPT.keys(), table
    of_table = {model._meta.db_table: model._meta.label for model in apps.get_models()}
    for table in erasing.KEPT.keys() & of_table.keys() - {LOGO}:
        parts = TABLE[of_table[table]]
        assert all(isinstance(part, Keep) for part in parts), f"{table} holds something of someone"


def test_the_scene_of_everything_ends_with_nothing_but_the_groups_own_rows(data, rewriting):
    here = scene.build()
    ask = canary.ask()
    dora = factories.person("Dora", Role.COORDINATOR)
    change_group(by=dora, changes={"name": "Old Harbour", "winding_down_en": "Thank you all."})
    call_command("createcachetable", verbosity=0)
    cache.set("typed", "canary@secret.example")
    (data / "before-0.9-20260101.sqlite3").write_text("a copy")
    ids = {
        *(str(one.public_id) for one in Ask.objects.all()),
        *(str(one.public_id) for one in Need.objects.all()),
        *(str(user.pk) for user in User.objects.all()),
    }
    Need.objects.filter(pk=ask.needs.get().pk).update(
        created_at=timezone.now() - timedelta(days=70)
    )
    areas = set(rows_of("catalog_locality"))
    winding.ended(here.people["carla"], dora)

    assert winding.rows_in(erasing.tables_to_empty()) == {}
    assert set(rows_of("catalog_locality")) == areas
    group = read_group()
    assert group.ended_on == timezone.localdate()
    assert group.name == "Old Harbour"
    assert "Thank you all." in group.winding_down
    this_month = timezone.localdate().replace(day=1)
    frozen = set(Month.objects.values_list("first_day", flat=True))
    assert this_month in frozen
    assert len(frozen) >= 3
    assert set(Erasure.objects.values_list("key", flat=True)) == ids
    assert counted((data / "erasures.csv").read_text()) == len(ids)
    assert not list(data.glob("before-*"))
    assert stored.leaks((*canary.SECRETS, "Carla", "Rosa"), stored.every_row()) == []
    assert winding.sweep() == 0


def test_the_record_goes_with_the_rest_and_is_held_again_after_it(carla, dora):
    factories.set_policy(has_record=True)
    recorded.sealed(3)
    recorded.happen(4, who=carla.pk)
    winding.ended(carla, dora)
    assert winding.rows_in(erasing.tables_to_empty()) == {}
    recorded.sealed(1)
    with pytest.raises(IntegrityError):
        RecordEntry.objects.update(facts={"n": 9})


def test_the_books_of_a_pot_go_with_the_rest_and_are_held_again_after_it(carla, dora):
    money.pot("Kitchen")
    winding.ended(carla, dora)
    assert winding.rows_in(erasing.tables_to_empty()) == {}
    money.pot("Another")
    with pytest.raises(IntegrityError, match="never changes"):
        Entry.objects.all().delete()


def test_of_the_groups_own_words_only_the_last_ones_stay_and_no_page_says_call_us(
    carla, dora, data, settings
):
    settings.AWAY_PAGE = str(data / "away.html")
    said = {"phone": "555 0177", "email": "us@harbour.example", "welcome_en": "Ask Carla Canary."}
    words = {"hours_en": "Carla Canary, 9 to 6", "winding_down_en": "Turn to Oak Street."}
    change_group(by=carla, changes=said | words)
    read_group()
    files = (data / "away.html", settings.LAST_GROUP_FILE)
    for file in files:
        assert "555 0177" in file.read_text()
    winding.ended(carla, dora)
    group = read_group()
    assert (group.phone, group.email, group.texts) == (
        "",
        "",
        {"winding_down_en": "Turn to Oak Street."},
    )
    for gone in ("555 0177", "us@harbour.example", "Carla Canary"):
        for file in files:
            assert gone not in file.read_text()
        assert stored.leaks((gone,), stored.every_row()) == []


def rows_of(table: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        return list(cursor.fetchall())


def test_the_scoring_and_the_policy_are_there_for_the_tasks_that_go_on(carla, dora):
    factories.set_points()
    winding.ended(carla, dora)
    for task in ("matching.tasks", "retention.tasks", "numbers.tasks", "ending.tasks"):
        module = __import__(f"mutualaid.{task}", fromlist=["sweep"])
        module.sweep()
    deliver_all()
    assert winding.rows_in(["people_user", "requests_app_ask"]) == {}
    assert not erasing.is_anything_left(), "what tasks write again is no reason to empty again"


def test_the_nightly_check_of_an_empty_record_is_no_reason_to_empty_again(carla, dora):
    factories.set_policy(has_record=True)
    winding.ended(carla, dora)
    record_tasks.sweep()
    record_tasks.check()
    assert winding.rows_in(["record_recordcheck"])
    assert winding.sweep() == 0


def test_help_on_the_way_on_the_last_day_ends_with_everything(sam, carla, dora):
    need = factories.need()
    claim_need(need, by=sam, weekly_limit=2)
    winding.ended(carla, dora)
    assert winding.rows_in(["requests_app_claim", "requests_app_need"]) == {}
    assert Erasure.objects.filter(key=str(need.public_id)).exists()


def test_an_account_made_while_erasing_goes_on_is_erased_by_the_next_sweep(carla, dora):
    winding.ended(carla, dora)
    late = factories.person("Late")
    assert winding.sweep() > 0
    assert not User.objects.exists()
    assert Erasure.objects.filter(model="people.User", key=str(late.pk)).exists()


def test_another_group_that_is_still_to_forget_someone_is_told_before_its_address_goes(carla, dora):
    crown = partners.other_site()
    partner_inbox.written(crown.partner, ReferralErase(uuid4()))
    winding.ended(carla, dora)
    assert not is_anyone_left()
    assert Partner.objects.exists()
    with partner_inbox.inbox_of(crown.partner, partner_inbox.Inbox()) as inbox:
        assert partner_inbox.deliver(crown.partner) == 1
        assert len(inbox.asked) == 1
    assert winding.sweep() > 0
    assert not Partner.objects.exists()


def test_another_group_that_is_away_for_good_is_waited_for_two_weeks(carla, dora):
    partner_inbox.written(partners.other_site().partner, ReferralErase(uuid4()))
    winding.ended(carla, dora)
    partner_inbox.time_passes(days=15)
    assert len(list(give_up())) == 1
    winding.sweep()
    assert not Partner.objects.exists()


def test_an_erased_person_and_an_erased_ask_are_no_hindrance(sam, carla, dora):
    erase_ask(factories.ask())
    winding.ended(carla, dora)
    assert winding.rows_in(erasing.tables_to_empty()) == {}


class Killed(BaseException):
    """Nothing catches it, as nothing catches a kill."""


def killed_after(statements: int) -> bool:
    """Sweep, and be killed before the statement of this number; whether that came."""
    left = statements

    def count(execute: Any, *args: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise Killed
        return execute(*args)

    with suppress(Killed), connection.execute_wrapper(count):
        winding.sweep()
        return False
    return True


@pytest.mark.slow
def test_killed_before_any_statement_the_next_sweep_goes_on_and_no_one_is_told_twice(
    sam, carla, dora, data, rewriting, monkeypatch
):
    for module in (telling, closing, retention_sweep):
        monkeypatch.setattr(module, "BATCH", 1)
    on_the_way = factories.need()
    claim_need(on_the_way, by=sam, weekly_limit=2)
    needs = [factories.need(), factories.need()]
    proposal = winding.agreed(carla, dora)

    def sweep_and_be_killed() -> None:
        statements = 0
        while killed_after(statements):
            statements += 1 if statements < 150 else 11

    sweep_and_be_killed()
    asks = [need.ask_id for need in (on_the_way, *needs)]
    assert winding.told("group_ends") == [
        ("group_ends", user.pk) for user in sorted((sam, carla, dora), key=lambda user: user.pk)
    ]
    assert winding.told("group_ends_ask") == [("group_ends_ask", pk) for pk in sorted(asks)]
    winding.the_day_comes(proposal, closes=True)
    sweep_and_be_killed()
    for need in needs:
        assert need.events.filter(action="close").count() == 1
    winding.the_day_comes(proposal, erases=True)
    ids = {
        *(str(one.public_id) for one in Ask.objects.all()),
        *(str(one.public_id) for one in Need.objects.all()),
        *(str(user.pk) for user in (sam, carla, dora)),
    }
    copy = data / "before-0.9-20260101.sqlite3"
    copy.write_text("a copy")
    sweep_and_be_killed()
    assert not copy.exists()
    assert winding.rows_in(erasing.tables_to_empty()) == {}
    assert set(Erasure.objects.values_list("key", flat=True)) == ids
    assert Month.objects.exists()
    assert read_group().ended_on == timezone.localdate()


def test_killed_after_the_emptying_the_next_sweep_deletes_the_copies_and_rewrites_the_tables(
    carla, dora, data, rewriting
):
    proposal = winding.agreed(carla, dora)
    winding.sweep()
    winding.the_day_comes(proposal, erases=True)
    for _ in sweep_winding_down():
        if not User.objects.exists():
            break
    assert Rewrite.objects.count() == Rewrite.objects.filter(done_at=None).count()
    copy = data / "before-0.9-20260101.sqlite3"
    copy.write_text("a copy")
    winding.sweep()
    assert not copy.exists()
    assert Rewrite.objects.exists()
    assert not Rewrite.objects.filter(done_at=None).exists()


def test_what_was_rewritten_before_is_rewritten_once_more_after_the_emptying(
    carla, dora, rewriting
):
    list(rewrite_what_is_due())
    before = dict(Rewrite.objects.values_list("table", "done_at"))
    winding.ended(carla, dora)
    for _ in range(5):  # a busy server lets no one rewrite what it reads
        winding.sweep()
        after = dict(Rewrite.objects.values_list("table", "done_at"))
        if all(after.values()):
            break
    assert all(after[table] > before[table] for table in before)


def test_what_a_page_under_way_wrote_after_the_emptying_goes_with_the_next_sweep(carla, dora):
    winding.ended(carla, dora)
    Session.objects.create(session_key="late", session_data="typed", expire_date=timezone.now())
    CalendarMark.objects.create(pk=1, looked_at=timezone.now())
    assert winding.sweep() > 0
    assert winding.rows_in(erasing.tables_to_empty()) == {}
    CalendarMark.objects.create(pk=1, looked_at=timezone.now())
    assert winding.sweep() == 0, "tasks that go on write it again and again"


def test_two_who_empty_at_once_do_not_wait_for_each_other_for_ever(carla, dora):
    winding.ended(carla, dora)
    for _ in range(3):
        Session.objects.create(session_key="late", session_data="typed", expire_date=timezone.now())
        assert any(at_once([erasing.empty_tables] * 4))
        assert winding.rows_in(erasing.tables_to_empty()) == {}


@pytest.fixture
def fingerprints_of_no_other_database(settings: Any) -> None:
    """A server's files hold what its other databases write too: the same cast, by the same key."""
    settings.SECRET_KEY = token_hex(50)


@pytest.mark.slow
def test_no_file_of_the_database_holds_anything_of_anyone(
    fingerprints_of_no_other_database, carla, dora, rewriting
):
    name, email = "Wilhelmina Canaryquill", "wilhelmina@canaryquill.example"
    for number in range(30):  # so many that the planner has samples of them
        factories.person(f"{name} {number}", email=f"{number}{email}")
    ask = canary.ask()
    legal = factories.category("legal", sensitive=True)
    canary.ask(category=legal, account=factories.person(name))
    texts = (name, email, *sealed(ask), *fingerprints())
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    assert set(stored.found_in(stored.every_file(), texts)) == set(texts)
    winding.ended(carla, dora)
    while Rewrite.objects.filter(done_at=None).exists():
        list(rewrite_what_is_due())
    stored.end_of_the_log()
    assert stored.found_in(stored.every_file(), texts) == {}


def sealed(ask: Ask) -> list[str]:
    """What stands in the row of its contact details, as it is stored."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM requests_app_askcontact WHERE ask_id = %s", [ask.pk])
        return [cell for cell in cursor.fetchone() if isinstance(cell, str) and len(cell) > 40]


def fingerprints() -> set[str]:
    """What stands for phones, e-mails and accounts, in columns that triggers name."""
    columns = (
        ("people_accountcontactpoint", "fingerprint"),
        ("requests_app_askcontactpoint", "fingerprint"),
        ("requests_app_ask", "veiled_account"),
    )
    found: set[str] = set()
    with connection.cursor() as cursor:
        for table, column in columns:
            cursor.execute(f"SELECT {column} FROM {table} WHERE {column} <> ''")
            values = {str(value) for (value,) in cursor.fetchall()}
            assert values, f"{table}.{column}: a test of erasing needs something to erase"
            found |= values
    return found
