"""What money is for, who gets it and the receipt stand nowhere but where they may."""

import logging
from base64 import b64encode
from io import StringIO
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.db import connection

from mutualaid.fund import actions
from mutualaid.fund.actions.receipts import read_receipt
from mutualaid.fund.models import Expense, ExpenseLook
from mutualaid.logs import JsonFormatter
from mutualaid.notify.tasks import sweep as deliver_all
from mutualaid.people.models import Role, User
from tests import test_site_map, test_site_map_admin
from tests.support import factories, money, scene, walking
from tests.support.signing_in import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PURPOSE, PAYEE, REASON = "the violet canary milk", "to canary account 7733", "the canary pot is dry"
SECRETS = (PURPOSE, PAYEE, REASON)


@pytest.fixture(autouse=True)
def _canary_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(money, "PURPOSE", PURPOSE)
    monkeypatch.setattr(money, "PAYEE_WORDS", PAYEE)


@pytest.fixture
def here(db: None) -> scene.Scene:
    """The usual scene, in which Rosa gets three times money back: one waits, one is paid, one is declined."""
    built = scene.build()
    alma, bela = money.approver("Alma"), money.approver("Bela")
    pot, rosa = money.our_pot(), built.people["rosa"]
    money.expense(pot, by=rosa)
    money.paid(money.expense(pot, by=rosa), alma, by=bela)
    declined = money.expense(pot, by=rosa)
    actions.decline_expense(declined, saw=1, words=REASON, by=alma)
    return built


def everything(browser: Any, here: scene.Scene) -> dict[str, bytes]:
    """Every page of the site as this person gets it, also of each expense, by address."""
    paths = [test_site_map.path_of(route, here) for route in test_site_map.ROWS]
    paths += [test_site_map_admin.path_of(route, here) for route in test_site_map_admin.ROWS]
    paths += [
        path.format(expense.public_id)
        for expense in Expense.objects.all()
        for path in (
            "/pot/mine/{}/",
            "/pot/mine/{}/change/",
            "/pot/waiting/{}/",
            "/pot/receipt/{}.jpg",
        )
    ]
    return {path: browser.get(path).getvalue() for path in paths}


def leaks(pages: dict[str, bytes], *more: str) -> dict[str, list[str]]:
    by_page = {
        path: [word for word in (*SECRETS, *more) if word.encode() in page]
        + ["the receipt"] * page.startswith(b"\xff\xd8\xff")
        for path, page in pages.items()
    }
    return {path: leaked for path, leaked in by_page.items() if leaked}


@pytest.mark.one_database
@pytest.mark.parametrize("who", ["nobody", "sam", "mallory", "carla"])
def test_no_one_else_sees_any_of_it_whatever_page_they_come_to(here, who):
    assert leaks(everything(walking.client(here, who), here)) == {}


@pytest.mark.one_database
def test_an_approver_sees_none_of_it_by_looking_alone(here):
    alma = sign_in(walking.client(here, "nobody"), User.objects.get(name="Alma"))
    assert leaks(everything(alma, here)) == {}
    assert not ExpenseLook.objects.exists()


@pytest.mark.one_database
def test_whose_it_is_sees_all_of_it(here):
    """Else the tests above would find nothing to leak."""
    found = leaks(everything(walking.client(here, "rosa"), here))
    assert {word for words in found.values() for word in words} == {*SECRETS, "the receipt"}
    assert all(path.startswith(("/pot/mine/", "/pot/receipt/")) for path in found)


def test_no_message_carries_it_nor_the_amount(here):
    deliver_all()
    told = [one for one in mail.outbox if "pot" in f"{one.subject} {one.body}".lower()]
    assert len(told) >= 3
    for one in told:
        whole = f"{one.subject} {one.body} {vars(one)['alternatives']}"
        assert leaks({"": whole.encode()}, "12.50", "Milk") == {}
        assert "Rosa" not in one.subject


def test_no_log_carries_it(here, monkeypatch):
    out, root = StringIO(), logging.getLogger()
    ours = [one for one in root.handlers if isinstance(one.formatter, JsonFormatter)]
    monkeypatch.setattr(ours[0], "stream", out)
    before = root.level
    root.setLevel(logging.INFO)
    alma = sign_in(walking.client(here, "nobody"), User.objects.get(name="Alma"))
    for expense in Expense.objects.all():
        alma.post(f"/pot/waiting/{expense.public_id}/")
        alma.get(f"/pot/receipt/{expense.public_id}.jpg")
        alma.post(f"/pot/waiting/{expense.public_id}/decline/", {"saw": "1", "words": REASON})
    root.setLevel(before)
    assert "pot/receipt/<uuid:public_id>.jpg" in out.getvalue()
    uuids = [str(expense.public_id) for expense in Expense.objects.all()]
    assert leaks({"log": out.getvalue().encode()}, "rosa@", *uuids) == {}


def test_a_copy_of_the_database_holds_none_of_it_readable(here):
    factories.set_policy(has_record=True)
    actions.withdraw_expense(Expense.objects.earliest("pk"), by=here.people["rosa"])
    with connection.cursor() as cursor:
        held = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            held[table] = repr(cursor.fetchall()).encode()
    receipt = read_receipt(Expense.objects.earliest("pk"), by=here.people["rosa"])
    assert leaks(held, b64encode(receipt).decode()[200:260]) == {}
    assert leaks({"log": repr(list(LogEntry.objects.values())).encode()}, "Rosa") == {}


def test_an_auditor_and_other_roles_see_none_of_it(here):
    for role in (Role.AUDITOR, Role.INTAKE, Role.SITE_KEEPER):
        browser = sign_in(walking.client(here, "nobody"), factories.person(f"A {role}", role))
        for expense in Expense.objects.all():
            for path in ("/pot/mine/{}/", "/pot/waiting/{}/", "/pot/receipt/{}.jpg"):
                assert browser.get(path.format(expense.public_id)).status_code == 404
