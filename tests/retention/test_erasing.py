"""After its time no byte is left, and what is left is a count. Bar P5."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection, models
from django.db.models.functions import Cast
from django.test import Client
from django.utils import timezone

from mutualaid.matching import tasks
from mutualaid.notify.models import Notification
from mutualaid.notify.tasks import sweep as deliver_all
from mutualaid.people.models import Tries
from mutualaid.retention.erasing import _parts
from mutualaid.retention.models import Erasure
from mutualaid.retention.tasks import sweep
from mutualaid.retention.terms import NEED
from requests_app import actions
from requests_app.access.links import make_link, need_by_token
from requests_app.actions import Details
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.models import AccessLogEntry, Need, NeedContact, NeedEvent, PrivateLink
from requests_app.models.contact import Erased
from tests.support import asking, factories, stored
from tests.support.at_once import at_once

CANARY = Details(
    name="Zsófianary",
    phone="555 987 6543",
    email="canary@secret.example",
    address="98 Canary Terrace",
    notes="the blue canary note",
    times="when the canary sings",
)
TOLD: tuple[str, ...] = tuple(word for word in vars(CANARY).values() if word)
LONG = 20
"""Texts from here on are nobody's by chance: ciphers, fingerprints, names of messages, sessions."""


def days_ago(days: float) -> Any:
    return timezone.now() - timedelta(days=days)


def closed(days: float, **fields: Any) -> Need:
    need = factories.need(**fields)
    actions.withdraw_need(need)
    Need.objects.filter(pk=need.pk).update(closed_at=days_ago(days))
    need.refresh_from_db()
    return need


def a_whole_life(sam: Any, carla: Any, desk: Client) -> Need:
    """Asked, matched, taken, looked at, corrected, let go with a reason, closed: all over by now."""
    factories.offer(by=sam)
    need = factories.need(details=CANARY, asked_by=factories.person("Rosa"), people_count=4)
    make_link(need)
    tasks.sweep()
    claim = actions.claim_need(need, by=sam, weekly_limit=2)
    actions.contact_of_claim(claim, by=sam)
    path = f"/admin/requests_app/need/{need.pk}/contact/"
    desk.post(path)
    desk.post(path, {"keep": "1", **vars(CANARY)})
    actions.release_claim(claim, by=volunteer(sam), reason="canary reason, which is long")
    actions.close_need(need, by=coordinator(carla), reason="unable")  # type: ignore[arg-type]
    deliver_all()
    return need


def an_unfinished_ask() -> None:
    browser = Client()
    asking.words_and_places()
    asking.answer(browser, "contact", **{k: v for k, v in vars(CANARY).items() if k != "notes"})
    browser.post("/need/find/", {"code": "ABCD-2345"})
    cache.set("allauth:rl:ip:203.0.113.77", [1.0], 60)


def let_time_pass() -> None:
    """Everything is a month older."""
    month = timedelta(days=29)
    clocks: dict[type[models.Model], str] = {
        Need: "closed_at", Notification: "created_at", LogEntry: "action_time",
        Session: "expire_date", Tries: "over_at",
    }  # fmt: skip
    for model, clock in clocks.items():
        model._default_manager.update(**{clock: models.F(clock) - month})
    with connection.cursor() as cursor:
        past = connection.ops.adapt_datetimefield_value(days_ago(29))
        cursor.execute("UPDATE cache SET expires = %s", [past])


def what_must_go() -> set[str]:
    """Each long text that stands in a column whose time will be over."""
    found: set[str] = set()
    for model, part in _parts():
        texts = [
            name
            for name in part.fields.split()
            if isinstance(model._meta.get_field(name), models.CharField | models.TextField)
        ]
        if texts and model._meta.app_label not in ("people", "account"):  # accounts are still here
            raw = {f"raw_{name}": Cast(name, models.TextField()) for name in texts}
            for row in model._base_manager.annotate(**raw).values_list(*raw):
                found |= {text for text in row if text and len(text) >= LONG}
    return found


@pytest.mark.django_db
def test_after_its_time_no_byte_is_left(sam, carla, signed_in):
    need = a_whole_life(sam, carla, signed_in(carla))
    an_unfinished_ask()
    must_go = what_must_go() | {"203.0.113.77"}
    before = stored.every_row()
    assert len(must_go) >= 20
    assert [text for text in must_go if repr(text)[1:-1] not in before] == []
    let_time_pass()
    sweep()
    after = stored.every_row()
    assert [text for text in must_go if repr(text)[1:-1] in after] == []
    assert stored.leaks((*TOLD, "canary reason"), after) == []
    left = NeedContact.objects.values_list().get(pk=need.pk)
    assert set(left) == {need.pk, "", False}


@pytest.mark.django_db
def test_what_stays_is_a_count_without_a_person(sam, carla, signed_in):
    need = a_whole_life(sam, carla, signed_in(carla))
    let_time_pass()
    sweep()
    need.refresh_from_db()
    assert (need.category.slug, need.locality.slug, need.close_reason) == (
        "groceries", "riverside", "unable",
    )  # fmt: skip
    assert (need.asked_by, need.people_count, need.needed_by) == (None, None, None)
    assert not need.languages.exists()
    assert [event.action for event in need.events.all()] == ["post", "claim", "release", "close"]
    assert not need.events.exclude(actor=None, reason="").exists()
    gone = (PrivateLink, AccessLogEntry, Notification, LogEntry, Session, Tries)
    assert {model.__name__: model._default_manager.count() for model in gone} == dict.fromkeys(
        (model.__name__ for model in gone), 0
    )
    assert not need.matches.exists()
    assert list(Erasure.objects.values_list("model", "key")) == [(NEED, str(need.public_id))]


@pytest.mark.django_db
def test_nothing_goes_before_its_time_and_what_is_live_stays_however_old():
    young, old, live = closed(27.9), closed(28.1), factories.need()
    Need.objects.filter(pk=live.pk).update(created_at=days_ago(400))
    token = make_link(live)
    sweep()
    names = {contact.need: contact.name for contact in NeedContact.objects.all()}
    assert names == {young: "Ana", old: "", live: "Ana"}
    assert need_by_token(token)


@pytest.mark.django_db
def test_a_sweep_that_comes_late_or_twice_erases_each_need_once(
    ledger, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr("mutualaid.retention.sweep.BATCH", 2)
    needs = [closed(days) for days in (29, 60, 400, 1000, 30)]
    with django_capture_on_commit_callbacks(execute=True):
        sweep()
    first = dict(Need.objects.values_list("pk", "erased_at"))
    sweep()
    assert dict(Need.objects.values_list("pk", "erased_at")) == first
    assert None not in first.values()
    keys = [line.split(",")[1] for line in ledger.read_text().splitlines()]
    assert sorted(keys) == sorted(str(need.public_id) for need in needs)


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_once_share_the_work(ledger, monkeypatch):
    monkeypatch.setattr("mutualaid.retention.sweep.BATCH", 3)
    for _ in range(12):
        closed(30)
    at_once([sweep] * 4)
    assert not Need.objects.filter(erased_at=None).exists()
    lines = ledger.read_text().splitlines()
    assert len(lines) == len(set(lines)) == Erasure.objects.count() == 12


@pytest.mark.django_db
def test_a_message_that_waits_is_not_taken_for_an_old_one():
    factories.need(details=CANARY)
    Notification.objects.update(created_at=days_ago(90))
    sweep()
    assert Notification.objects.get().state == "waiting"


@pytest.mark.django_db
def test_coordinators_see_a_week_ahead_what_is_erased(carla, signed_in):
    soon, later, gone = closed(22), closed(20), closed(40)
    sweep()
    desk = signed_in(carla)
    where = "/admin/requests_app/need/"
    page = desk.get("/admin/").content.decode()
    assert f'href="{where}?look=erase"><strong>1</strong>' in page
    assert soon.code in (listed := desk.get(f"{where}?look=erase").content.decode())
    assert later.code not in listed
    assert gone.code not in listed
    assert "kept until" in desk.get(f"{where}{soon.pk}/change/").content.decode()
    assert "erased on" in desk.get(f"{where}{gone.pk}/change/").content.decode()


@pytest.mark.django_db
def test_a_form_that_comes_too_late_brings_nothing_back(carla, signed_in):
    need = closed(1)
    stale = NeedContact.objects.get(need=need)
    actions.erase_need(need)
    desk = signed_in(carla)
    path = f"/admin/requests_app/need/{need.pk}/contact/"
    for typed in ({}, {"keep": "1", **vars(CANARY)}):
        answer = desk.post(path, typed, follow=True)
        assert "Everything about this person is erased." in answer.content.decode()
    with pytest.raises(Erased):
        stale.save()
    with pytest.raises(Erased):
        stale.save(update_fields=["phone"])
    assert NeedContact.objects.get(need=need).name == ""
    assert not AccessLogEntry.objects.exists()


@pytest.mark.django_db
def test_history_is_erased_with_its_need_and_no_other():
    mine, other = closed(40), closed(1)
    NeedEvent.objects.update(reason="a word")
    sweep()
    reasons = dict(NeedEvent.objects.filter(action="post").values_list("need", "reason"))
    assert reasons == {mine.pk: "", other.pk: "a word"}
