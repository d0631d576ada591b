"""Every page of the pot × every person: who gets there, who sees what, and nothing while it is off."""

from typing import Any, NamedTuple

import pytest
from django.test import Client
from django.utils import timezone

from mutualaid.boundary.incoming import TakeOneFile
from mutualaid.fund.models import Expense, ExpenseLook, Receipt
from mutualaid.people.models import Role, User
from tests.support import factories, money, walking
from tests.support.photos import as_upload, receipt_photo
from tests.support.scene import record
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db
# Who gets it, as in tests/test_site_map.py; for the others it does not exist. Nobody is led to the sign-in.
PAGES = """
    ROUTE                           GET             POST
    ""                              members:200     members:405
    people/                         members:200     members:405
    people/ready/                   members:302     members:302
    entries/                        members:200     members:405
    entries/new/                    approvers:200   approvers:200
    entries/ENTRY/                  approvers:200   approvers:200
    pots/                           coordinator:200 coordinator:200
    pots/POT/                       coordinator:200 coordinator:200
    pots/POT/pledge/                members:200     members:302
    ask/back/                       members:200     members:200
    ask/ahead/                      members:200     members:200
    ask/help/                       members:200     members:200
    mine/EXPENSE/                   payee:200       payee:405
    mine/EXPENSE/change/            payee:200       payee:200
    mine/EXPENSE/photo/             payee:200       payee:200
    mine/EXPENSE/spent/             payee:302       payee:302
    mine/EXPENSE/withdraw/          payee:302       payee:302
    mine/EXPENSE/answer/            payee:302       payee:302
    receipt/EXPENSE.jpg             payee:200       payee:405
    waiting/                        approvers:200   approvers:405
    waiting/again/                  approvers:302   approvers:302
    waiting/EXPENSE/                approvers:200   approvers:200
    waiting/EXPENSE/approve/        approvers:302   approvers:200
    waiting/EXPENSE/decline/        approvers:302   approvers:200
    waiting/EXPENSE/pay/            approvers:302   approvers:200
    waiting/EXPENSE/settle/         approvers:302   approvers:200
    waiting/EXPENSE/unpay/          approvers:302   approvers:200
    waiting/EXPENSE/write-off/      approvers:302   approvers:200
    waiting/EXPENSE/start-write-off/ approvers:302   approvers:200
    waiting/EXPENSE/reopen/         approvers:302   approvers:200
"""
LINES = [line.split() for line in PAGES.strip().splitlines()[1:]]
ROWS = [(route.strip('"'), {"GET": get, "POST": post}) for route, get, post in LINES]
MEMBERS = ("sam", "alma", "bela", "carla", "mallory")
WHO = {
    "members": MEMBERS,
    "payee": ("sam",),
    "approvers": ("alma", "bela"),
    "coordinator": ("carla",),
}
WITHOUT_OWNER = {
    "people/ready/", "waiting/again/", "mine/EXPENSE/withdraw/", "mine/EXPENSE/answer/",
    "waiting/EXPENSE/approve/", "waiting/EXPENSE/decline/",
    "waiting/EXPENSE/pay/", "waiting/EXPENSE/settle/", "waiting/EXPENSE/unpay/",
    "waiting/EXPENSE/write-off/", "waiting/EXPENSE/start-write-off/", "waiting/EXPENSE/reopen/",
}  # fmt: skip
"""Addresses that only take a POST: a GET leads everyone to the page of the form, which then decides."""


class Scene(NamedTuple):
    people: dict[str, User]
    paths: dict[str, str]


@pytest.fixture
def here(db: None) -> Scene:
    """Sam asks for money back with a receipt; Alma and Bela say yes to money, Carla coordinates."""
    pot = money.our_pot()
    people = {
        "sam": factories.person("Sam", Role.VOLUNTEER),
        "alma": money.approver("Alma"),
        "bela": money.approver("Bela"),
        "carla": factories.person("Carla", Role.COORDINATOR),
        "mallory": factories.person("Mallory", Role.VOLUNTEER),
    }
    expense = money.expense(pot, by=people["sam"])
    entry = pot.entries.get()
    named = {"EXPENSE": str(expense.public_id), "ENTRY": str(entry.public_id), "POT": str(pot.pk)}
    return Scene(people, {route: _path(route, named) for route, _row in ROWS})


def _path(route: str, named: dict[str, str]) -> str:
    for name, value in named.items():
        route = route.replace(name, value)
    return f"/pot/{route}"


def browser_of(here: Scene, who: str) -> Client:
    browser = Client(raise_request_exception=False)
    return browser if who == "nobody" else sign_in(browser, here.people[who])


def expected(route: str, method: str, who: str) -> int:
    meant_for, status = dict(ROWS)[route][method].split(":")
    if who in WHO[meant_for]:
        return int(status)
    if who == "nobody":
        return 302
    if route == "mine/EXPENSE/" and method == "GET" and who in WHO["approvers"]:
        return 302  # to their own page of it
    if method == "POST" and route in {"mine/EXPENSE/", "receipt/EXPENSE.jpg"}:
        return 405
    if method == "GET" and route.startswith("mine/") and route in WITHOUT_OWNER:
        return 302
    return 404


@pytest.mark.one_database
def test_every_address_has_a_row(here):
    patterns = {route for route in walking.routes() if route.startswith("/pot/")}
    assert len(patterns) == len(ROWS) - 9, "three rows are of one address, and eight of another"


@pytest.mark.slow
def test_everyone_gets_what_is_meant_for_them(here):
    """Looking changes nothing."""
    browsers = {who: browser_of(here, who) for who in ("nobody", *MEMBERS)}
    before, wrong = record(), []
    for route, path in here.paths.items():
        for who, browser in browsers.items():
            for method in ("GET", "HEAD"):
                status = browser.generic(method, path).status_code
                if status != expected(route, "GET", who):
                    wrong.append((route, who, method, status))
    assert record() == before
    for route, path in here.paths.items():
        for who, browser in browsers.items():
            status = walking.try_out(browser, "POST", path).status_code
            if status != expected(route, "POST", who):
                wrong.append((route, who, "POST", status))
    assert not wrong


@pytest.mark.slow
def test_nothing_is_written_for_a_form_of_another_site(here):
    clients = (Client(enforce_csrf_checks=True) for _one in MEMBERS)
    browsers = [
        sign_in(client, here.people[who]) for client, who in zip(clients, MEMBERS, strict=True)
    ]
    before = record()
    for path in here.paths.values():
        for browser in browsers:
            assert browser.post(path, {"yes": "1", "saw": "1"}).status_code == 403, path
    assert record() == before


@pytest.mark.slow
def test_while_it_is_off_there_is_no_page_for_anyone(here):
    factories.set_policy(has_pot=False)
    browsers = [browser_of(here, who) for who in MEMBERS]
    before = record()
    for path in here.paths.values():
        for browser in browsers:
            assert browser.get(path).status_code == 404, path
            assert browser.post(path).status_code == 404, path
    assert record() == before


def test_while_it_is_off_nothing_leads_there_and_no_file_is_taken(here, monkeypatch):
    factories.set_policy(has_pot=False)
    sam = browser_of(here, "sam")
    assert "/pot/" not in sam.get("/me/").content.decode()
    stored: list[Any] = []
    monkeypatch.setattr(TakeOneFile, "receive_data_chunk", lambda *a: stored.append(a))
    photo = {"photo": as_upload(receipt_photo(300, 400))}
    assert sam.post("/pot/ask/back/", photo).status_code == 400
    assert not stored
    factories.set_policy(has_pot=True)
    assert "/pot/" in sam.get("/me/").content.decode()


def test_whoever_is_signed_out_sends_no_file(here, monkeypatch):
    stored: list[Any] = []
    monkeypatch.setattr(TakeOneFile, "receive_data_chunk", lambda *a: stored.append(a))
    photo = {"photo": as_upload(receipt_photo(300, 400))}
    assert Client().post("/pot/ask/back/", photo).status_code in (302, 400)
    assert not stored


# Who sees what it is for, who gets it, and the receipt: person × what they do.

SEES = {
    "nobody": set(),
    "mallory": set(),
    "carla": set(),
    "sam": {"purpose", "payee", "receipt"},
    "alma": set(),
    "alma opens it": {"purpose", "payee", "receipt", "name"},
    "bela, after Alma opened it": set(),
    "alma opens it after their term": set(),
    "alma opens it after it was paid": {"purpose", "payee", "receipt", "name"},
}
WORDS = {"purpose": money.PURPOSE, "payee": money.PAYEE_WORDS}


@pytest.mark.parametrize("case", SEES)
def test_who_sees_purpose_payee_and_receipt(case, here):
    who = case.split(",")[0].split()[0]
    alma, expense = here.people["alma"], Expense.objects.get()
    if "term" in case:
        alma.approver.ended_at = timezone.now()
        alma.approver.save()
    if "paid" in case:
        money.paid(expense, alma, by=here.people["bela"])
    if "opens" in case or "opened" in case:
        browser_of(here, "alma").post(here.paths["waiting/EXPENSE/"])
    browser = browser_of(here, who)
    seen = set()
    opened = browser.post(here.paths["waiting/EXPENSE/"]) if "opens" in case else None
    pages = [browser.get(here.paths[route], follow=True) for route, _row in ROWS]
    texts = [page.content.decode(errors="replace") for page in pages]
    texts += [opened.content.decode()] if opened else []
    seen |= {name for name, word in WORDS.items() if any(word in text for text in texts)}
    if opened and "<bdi>Sam</bdi>" in opened.content.decode():
        seen.add("name")
    if any(page.headers.get("Content-Type") == "image/jpeg" for page in pages):
        seen.add("receipt")
    assert seen == SEES[case]


def test_each_look_is_logged_and_seen_by_whom_it_is_about(here):
    for who in ("alma", "bela"):
        browser_of(here, who).post(here.paths["waiting/EXPENSE/"])
    assert {look.by.name for look in ExpenseLook.objects.all()} == {"Alma", "Bela"}
    page = browser_of(here, "sam").get(here.paths["mine/EXPENSE/"]).content.decode()
    assert "have opened this 2 times" in page
    assert Receipt.objects.count() == 1
