"""Someone deletes an area while someone else names it: a word beside the field, and nothing typed is lost."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.db import connection
from django.db.models.deletion import Collector, ProtectedError
from django.forms import BaseForm
from django.test import Client

from mutualaid.catalog.actions import remove_from_catalogue
from mutualaid.catalog.models import Locality
from mutualaid.importing.kinds.needs import NeedReader
from mutualaid.people.models import Role, User
from offers_app.models import Offer
from requests_app.models import Need
from tests.importing import uploads
from tests.support import asking, calling, factories, offering
from tests.support.admin_form import as_it_stands, person_page
from tests.support.change_pages import ChangePages
from tests.support.signing_in import sign_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
LONG, BLOCKED = 60.0, 1.0
"""Seconds in which any machine does a job; and after which one that waits for us is left to come second."""


@pytest.fixture
def admin(carla) -> Client:
    return sign_in(Client(), carla)


@pytest.fixture
def riverside(db) -> Locality:
    asking.words_and_places()
    factories.locality("hilltop")
    return Locality.objects.get(slug="riverside")


class Meanwhile:
    """Runs a job once, on a connection of its own, and waits for it; not for long where that waits for us."""

    def __init__(self, job: Callable[[], object], *, is_blocked: bool = False) -> None:
        self._seconds = BLOCKED if is_blocked else LONG
        self._thread = threading.Thread(target=self._run, args=[job])
        self._faults: list[Exception] = []
        self.begun = False

    def _run(self, job: Callable[[], object]) -> None:
        try:
            job()
        except Exception as fault:
            self._faults.append(fault)
        finally:
            connection.close()

    def begin(self) -> None:
        if not self.begun:
            self.begun = True
            self._thread.start()
            self._thread.join(self._seconds)

    def end(self) -> None:
        assert self.begun
        self._thread.join()
        assert not self._faults


@contextmanager
def once_checked(
    field: str, monkeypatch: Any, job: Callable[[], object], *, is_blocked: bool = False
) -> Iterator[None]:
    """Do the job once a form with this field has found all that was typed right."""
    meanwhile, is_valid = Meanwhile(job, is_blocked=is_blocked), BaseForm.is_valid

    def then_begin(form: BaseForm) -> bool:
        right = is_valid(form)
        if right and field in form.fields:
            meanwhile.begin()
        return right

    with monkeypatch.context() as patch:
        patch.setattr(BaseForm, "is_valid", then_begin)
        yield
    meanwhile.end()


@contextmanager
def before_it_is_deleted(
    monkeypatch: Any, job: Callable[[], object], *, is_blocked: bool
) -> Iterator[None]:
    """Do the job once it was looked through what refers to the area."""
    meanwhile, delete = Meanwhile(job, is_blocked=is_blocked), Collector.delete

    def begin_before(collector: Collector) -> Any:
        meanwhile.begin()
        return delete(collector)

    with monkeypatch.context() as patch:
        patch.setattr(Collector, "delete", begin_before)
        yield
    meanwhile.end()


def shown(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def removal(area: Locality, carla: User) -> Callable[[], None]:
    return lambda: remove_from_catalogue(Locality.objects.get(pk=area.pk), by=carla)


def test_of_an_ask_that_is_being_sent(client, carla, riverside, monkeypatch):
    asking.answer_all(client)
    with once_checked("locality", monkeypatch, removal(riverside, carla)):
        answer = client.post("/ask/check/", follow=True)
    assert answer.redirect_chain[-1][0] == "/ask/where/"
    assert "Choose" in shown(answer)
    assert not Need.objects.exists()
    asking.answer(client, "where", locality="hilltop")
    assert client.post("/ask/check/").status_code == 302
    assert Need.objects.get().notes.text == "Milk and bread"


def test_a_view_that_fails_once_more_is_not_asked_a_third_time(client, riverside, monkeypatch):
    asked: list[None] = []

    def fails(*_: Any) -> None:
        asked.append(None)
        gone = Locality.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1
        Locality.objects.filter(pk=riverside.pk).update(parent=gone)

    monkeypatch.setattr("requests_app.pages.views.ask._check", fails)
    client.raise_request_exception = False
    assert client.post("/ask/check/").status_code == 500
    assert len(asked) == 2


def test_of_a_need_whose_area_is_changed(client, carla, riverside, monkeypatch):
    pages = ChangePages(client, locality=Locality.objects.get(slug="hilltop"))
    with once_checked("locality", monkeypatch, removal(riverside, carla)):
        answer = client.post(pages.path("where"), {"locality": "riverside"})
    assert "Error:" in shown(answer)
    assert Need.objects.get().locality.slug == "hilltop"


def test_of_a_call_that_is_being_taken(admin, carla, riverside, monkeypatch):
    with once_checked("locality", monkeypatch, removal(riverside, carla)):
        answer = calling.call(admin)
    page = shown(answer)
    assert "locality" in answer.context["form"].errors
    assert "Milk and bread" in page
    assert not Need.objects.exists()


def test_of_an_offer_that_is_being_made(sam, carla, riverside, monkeypatch):
    browser = sign_in(Client(), sam)
    offering.answer_all(browser)
    with once_checked("localities", monkeypatch, removal(riverside, carla)):
        answer = browser.post("/offer/check/", follow=True)
    assert answer.redirect_chain[-1][0] == "/offer/where/"
    assert "Choose one of these." in shown(answer)
    assert not Offer.objects.exists()
    browser.post("/offer/where/", {"localities": ["hilltop"], "reach_km": "3"})
    browser.post("/offer/check/")
    assert [area.slug for area in Offer.objects.get().localities.all()] == ["hilltop"]


def test_of_an_offer_that_is_being_changed(sam, carla, riverside, monkeypatch):
    factories.offer(by=sam, localities=[Locality.objects.get(slug="hilltop")])
    typed = {"localities": ["riverside"], "reach_km": "17"}
    with once_checked("localities", monkeypatch, removal(riverside, carla)):
        page = shown(sign_in(Client(), sam).post("/offer/change/where/", typed))
    assert "Choose one of these." in page
    assert 'value="17"' in page
    assert [area.slug for area in Offer.objects.get().localities.all()] == ["hilltop"]


@pytest.mark.parametrize("of", ["an offer", "who looks after it", "a part of it"])
def test_of_what_is_saved_in_the_admin(admin, sam, carla, riverside, monkeypatch, of):
    """On SQLite, where the forms of the admin are checked while no one else writes, it goes afterwards."""
    hilltop = Locality.objects.get(slug="hilltop")
    dora = factories.person("Dora", Role.COORDINATOR)
    offer = factories.offer(by=sam, localities=[hilltop])
    path, field, value = {
        "an offer": (f"/admin/offers_app/offer/{offer.pk}/change/", "localities", [riverside.pk]),
        "who looks after it": (person_page(dora), "areas", [riverside.pk]),
        "a part of it": (f"/admin/catalog/locality/{hilltop.pk}/change/", "parent", riverside.pk),
    }[of]
    typed = as_it_stands(admin, path) | {field: value}

    def remove() -> None:
        with suppress(ProtectedError):
            removal(riverside, carla)()

    is_sqlite = connection.vendor == "sqlite"
    with once_checked(field, monkeypatch, remove, is_blocked=is_sqlite):
        answer = admin.post(path, typed)
    if not is_sqlite:
        page = shown(answer)
        assert field in answer.context["adminform"].form.errors
        assert "was changed successfully" not in page
    else:
        assert answer.status_code == 302
    hilltop.refresh_from_db()
    is_part = hilltop.parent_id == riverside.pk
    assert Locality.objects.filter(pk=riverside.pk).exists() == is_part
    assert is_part == (is_sqlite and of == "a part of it")


def test_whoever_deletes_an_area_is_told_that_a_need_has_come(
    client, admin, riverside, monkeypatch
):
    """On SQLite the need waits for the deletion, and is told."""
    asking.answer_all(client)
    sent: list[Any] = []

    def send() -> None:
        sent.append(client.post("/ask/check/"))

    is_sqlite = connection.vendor == "sqlite"
    with before_it_is_deleted(monkeypatch, send, is_blocked=is_sqlite):
        path = f"/admin/catalog/locality/{riverside.pk}/delete/"
        answer = admin.post(path, {"post": "yes"})
    assert sent[0].status_code == 302
    if is_sqlite:
        assert answer.status_code == 302
        assert sent[0]["Location"] == "/ask/where/"
    else:
        assert answer.context["protected"]
        assert Need.objects.get().locality == riverside


def test_an_offer_that_comes_as_an_area_is_deleted_is_without_it_or_told(
    sam, admin, riverside, monkeypatch
):
    browser = sign_in(Client(), sam)
    hilltop = {"localities": ["riverside", "hilltop"], "reach_km": "3"}
    offering.answer_all(browser, where=hilltop)
    sent: list[Any] = []

    def send() -> None:
        sent.append(browser.post("/offer/check/"))

    with before_it_is_deleted(monkeypatch, send, is_blocked=True):
        path = f"/admin/catalog/locality/{riverside.pk}/delete/"
        assert admin.post(path, {"post": "yes"}).status_code == 302
    assert sent[0].status_code == 302
    assert not Locality.objects.filter(slug="riverside").exists()
    if offer := Offer.objects.first():
        assert [area.slug for area in offer.localities.all()] == ["hilltop"]
    else:  # it waited for the deletion
        assert sent[0]["Location"] == "/offer/where/"


def test_rows_of_a_sheet_whose_area_goes_while_they_are_written_are_named(
    admin, carla, riverside, monkeypatch
):
    run = uploads.checked(
        admin,
        uploads.upload(
            admin,
            "Kind,Area,Phone\ngroceries,Riverside,608 555 0101\ngroceries,Hilltop,608 555 0102\n",
        ),
    )
    judge, meanwhile = NeedReader.judge, Meanwhile(removal(riverside, carla))

    def then_begin(reader: NeedReader, *rows: Any) -> Any:
        judged = judge(reader, *rows)
        meanwhile.begin()
        return judged

    monkeypatch.setattr(NeedReader, "judge", then_begin)
    uploads.press(admin, run, "import")
    meanwhile.end()
    assert run.state == "done"
    assert uploads.outcomes(run) == {2: "unread", 3: "imported"}
    assert Need.objects.get().locality.slug == "hilltop"
