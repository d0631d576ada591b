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
from mutualaid.people.models import AccountContactPoint, RateLimitWindow, User
from mutualaid.retention import erasing
from mutualaid.retention.models import Erasure
from mutualaid.retention.tasks import sweep
from mutualaid.retention.terms import ASK, NEED
from requests_app import actions
from requests_app.access.links import ask_by_token, make_link
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.models import (
    AccessLogEntry,
    Ask,
    AskContact,
    AskContactPoint,
    Claim,
    Exclusion,
    Need,
    NeedEvent,
    NeedNotes,
    PrivateLink,
)
from requests_app.states import CloseReason
from tests.support import asking, canary, factories, stored
from tests.support.admin_form import contact_as_it_stands
from tests.support.at_once import at_once
from tests.support.canary import CANARY, NOTES, SECRETS

pytestmark = pytest.mark.slow

LONG = 20
"""Texts from here on are no one's by chance: ciphers, fingerprints, names of messages, sessions."""


def days_ago(days: float) -> Any:
    return timezone.now() - timedelta(days=days)


def end(need: Need, days: float) -> Need:
    """The neighbour took it back so many days ago."""
    actions.withdraw_need(need)
    Need.objects.filter(pk=need.pk).update(closed_at=days_ago(days))
    need.refresh_from_db()
    return need


def closed(days: float, **fields: Any) -> Need:
    return end(factories.need(**fields), days)


def is_erased(row: Ask | Need) -> bool:
    row.refresh_from_db()
    return row.erased_at is not None


def a_whole_life(sam: User, carla: User, desk: Client) -> Ask:
    """Asked, read, matched, taken, looked at, corrected, let go with a reason, closed: all over by now."""
    factories.offer(by=sam)
    ask = canary.ask(
        account=factories.person("Rosa"),
        for_whom=Ask.ForWhom.SOMEONE_ELSE,
        keep_from_contact_points=["555 0177"],
        people_count=4,
    )
    actions.exclude(ask, people=[factories.person("Mallory")], by=coordinator(carla))
    actions.mark_alike(ask, other=factories.ask(), by=coordinator(carla))
    Ask.objects.filter(pk=ask.pk).update(call_back_at=timezone.now())
    need = ask.needs.get()
    actions.publish_need(need, by=coordinator(carla))
    make_link(ask)
    tasks.sweep()
    claim = actions.claim_need(need, by=sam, weekly_limit=2)
    actions.contact_of_claim(claim, by=sam)
    corrected = contact_as_it_stands(desk, contact_page(ask)) | {"times": CANARY.times.upper()}
    assert desk.post(contact_page(ask), corrected).status_code == 302
    actions.release_claim(claim, by=volunteer(sam), reason="canary reason, which is long")
    actions.close_need(need, by=coordinator(carla), reason=CloseReason.UNABLE)
    # Also what waits for more changes. A second ago, for SQLite's clock cuts off microseconds.
    Notification.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    deliver_all()
    return ask


def contact_page(ask: Ask) -> str:
    return f"/admin/requests_app/ask/{ask.pk}/contact/"


def an_unfinished_ask() -> None:
    browser = Client()
    asking.words_and_places()
    asking.answer(browser, "contact", **vars(CANARY))
    browser.post("/need/find/", {"code": "ABCD-2345"})
    cache.set("allauth:rl:ip:203.0.113.77", [1.0], 60)


def let_time_pass() -> None:
    """Everything is a month older."""
    month = timedelta(days=29)
    clocks: dict[type[models.Model], str] = {
        Need: "closed_at", Notification: "created_at", LogEntry: "action_time",
        Session: "expire_date", RateLimitWindow: "over_at",
    }  # fmt: skip
    for model, clock in clocks.items():
        model._default_manager.update(**{clock: models.F(clock) - month})
    with connection.cursor() as cursor:
        past = connection.ops.adapt_datetimefield_value(days_ago(29))
        cursor.execute("UPDATE cache SET expires = %s", [past])


def what_must_go(ask: Ask) -> set[str]:
    """Each long text that stands in a column whose time will be over; nothing of other asks."""
    others: dict[str, dict[str, Any]] = {
        "ask": {"ask": ask},
        "need": {"need__ask": ask},
    }
    texts_found: set[str] = set()
    for model, part in erasing._parts():
        texts = [
            name
            for name in part.fields.split()
            if isinstance(model._meta.get_field(name), models.CharField | models.TextField)
        ]
        if texts and model._meta.app_label not in ("people", "account"):  # accounts are still here
            names = {field.name for field in model._meta.concrete_fields}
            lookups = next((which for name, which in others.items() if name in names), {})
            raw = {f"raw_{name}": Cast(name, models.TextField()) for name in texts}
            rows = model._base_manager.filter(**lookups).annotate(**raw)
            for row in rows.values_list(*raw):
                texts_found |= {text for text in row if text and len(text) >= LONG}
    return texts_found


@pytest.mark.django_db
def test_after_its_time_no_byte_is_left(sam, carla, signed_in):
    ask = a_whole_life(sam, carla, signed_in(carla))
    an_unfinished_ask()
    of_accounts = set(AccountContactPoint.objects.values_list("fingerprint", flat=True))
    must_go = what_must_go(ask) - of_accounts | {"203.0.113.77"}
    before = stored.every_row()
    assert len(must_go) >= 20
    assert [text for text in must_go if repr(text)[1:-1] not in before] == []
    let_time_pass()
    sweep()
    after = stored.every_row()
    assert [text for text in must_go if repr(text)[1:-1] in after] == []
    assert stored.leaks((*SECRETS, CANARY.times.upper(), "canary reason"), after) == []
    assert set(AskContact.objects.values_list().get(pk=ask.pk)) == {ask.pk, "", False}
    assert NeedNotes.objects.get(need__ask=ask).text == ""


@pytest.mark.django_db
def test_what_stays_is_a_count_without_a_person(sam, carla, signed_in):
    ask = a_whole_life(sam, carla, signed_in(carla))
    other = Ask.objects.exclude(pk=ask.pk).get()
    let_time_pass()
    sweep()
    ask.refresh_from_db()
    assert (ask.account, ask.for_whom, ask.read_first, ask.call_back_at, ask.merged_into) == (
        None, "", False, None, None,
    )  # fmt: skip
    for links in (ask.languages, ask.alike, other.alike):
        assert not links.exists()
    need = ask.needs.get()
    assert (need.category.slug, need.locality.slug, need.close_reason) == (
        "groceries", "riverside", "unable",
    )  # fmt: skip
    assert (need.people_count, need.needed_by) == (None, None)
    happened = [event.action for event in need.events.all()]
    assert (happened[0], happened[-1]) == ("post", "close")
    assert not need.events.exclude(actor=None, reason="").exists()
    assert not need.matches.exists()
    for rows in (ask.links, ask.exclusions, ask.contact_points, ask.access_log):
        assert not rows.exists()
    for model in (LogEntry, Session, RateLimitWindow, Notification):
        assert not model._default_manager.exists()
    gone = set(Erasure.objects.values_list("model", "key"))
    assert gone == {(NEED, str(need.public_id)), (ASK, str(ask.public_id))}


@pytest.mark.django_db
def test_nothing_goes_before_its_time_and_what_is_live_stays_however_old():
    young, old, live = closed(27.9).ask, closed(28.1).ask, factories.ask()
    Ask.objects.filter(pk=live.pk).update(created_at=days_ago(400))
    Need.objects.filter(ask=live).update(created_at=days_ago(400))
    token = make_link(live)
    sweep()
    names = {contact.ask: contact.name for contact in AskContact.objects.all()}
    assert names == {young: "Ana", old: "", live: "Ana"}
    assert ask_by_token(token)


@pytest.mark.django_db
def test_a_need_goes_after_its_own_end_and_the_contact_after_the_last():
    ask = factories.ask(*(factories.details(notes=word) for word in ("milk", "bread")))
    milk, bread = ask.needs.order_by("pk")
    end(milk, 29)
    sweep()
    assert (is_erased(milk), is_erased(bread), is_erased(ask)) == (True, False, False)
    assert (milk.notes.text, bread.notes.text, ask.contact.name) == ("", "bread", "Ana")
    end(bread, 27)
    sweep()
    assert not is_erased(ask)
    Need.objects.filter(pk=bread.pk).update(closed_at=days_ago(28.1))
    sweep()
    assert (is_erased(bread), is_erased(ask)) == (True, True)


@pytest.mark.django_db
def test_who_helped_once_sees_nothing_more(sam, signed_in):
    need = canary.need()
    claim = actions.claim_need(need, by=sam, weekly_limit=2)
    actions.deliver_claim(claim, by=volunteer(sam))
    actions.confirm_arrival(need)
    Need.objects.update(closed_at=days_ago(29))
    sweep()
    helper, page = signed_in(sam), f"/claims/{claim.public_id}/"
    assert helper.get(page).status_code == 200
    for answer in (helper.get(page), helper.post(f"{page}contact/", follow=True)):
        assert stored.leaks(SECRETS, answer.content.decode()) == []
    with pytest.raises(actions.NotForYou):
        actions.contact_of_claim(Claim.objects.get(), by=sam)


@pytest.mark.django_db
def test_a_sweep_that_comes_late_or_twice_erases_each_row_once(
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
    rows: list[Need | Ask] = [*needs, *(need.ask for need in needs)]
    assert sorted(keys) == sorted(str(row.public_id) for row in rows)


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_once_share_the_work(ledger, monkeypatch):
    monkeypatch.setattr("mutualaid.retention.sweep.BATCH", 3)
    for _ in range(12):
        closed(30)
    at_once([sweep] * 4)
    sweep()  # an ask is passed over while another sweep still holds it
    assert not Need.objects.filter(erased_at=None).exists()
    assert not Ask.objects.filter(erased_at=None).exists()
    lines = ledger.read_text().splitlines()
    assert len(lines) == len(set(lines)) == Erasure.objects.count() == 24


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("owner", [NEED, ASK])
def test_a_sweep_that_dies_half_way_leaves_nothing_half_erased(ledger, monkeypatch, owner):
    need = end(canary.need(keep_from_contact_points=["555 0177"]), 30)
    before, erase_part, seen = stored.every_row(), erasing._erase_part, set[str]()

    def die_at_the_last_part(model: Any, part: Any, which: Any) -> None:
        erase_part(model, part, which)
        seen.add(model.__name__)
        last = {NEED: "Proposal", ASK: "AccessLogEntry"}[owner]
        if getattr(part.end, "owner", "") == owner and model.__name__ == last:
            raise KeyboardInterrupt

    monkeypatch.setattr(erasing, "_erase_part", die_at_the_last_part)
    with pytest.raises(KeyboardInterrupt):
        sweep()
    assert {"NeedNotes", "Claim"} <= seen
    assert not is_erased(need.ask)
    assert need.ask.contact.name == CANARY.name
    if owner == NEED:
        assert stored.every_row() == before
        assert not ledger.exists()
    monkeypatch.undo()
    sweep()
    assert stored.leaks(SECRETS, stored.every_row()) == []
    assert is_erased(need.ask)


@pytest.mark.django_db
def test_a_message_that_waits_is_not_taken_for_an_old_one():
    canary.ask()
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
    ask = closed(1).ask
    stale = AskContact.objects.get(ask=ask)
    actions.erase_ask(ask)
    desk = signed_in(carla)
    for typed in ({}, {"keep": "1", **vars(CANARY)}):
        answer = desk.post(contact_page(ask), typed, follow=True)
        assert "Everything about this person is erased." in answer.content.decode()
    with pytest.raises(actions.Erased):
        stale.save()
    with pytest.raises(actions.Erased):
        stale.save(update_fields=["phone"])
    assert AskContact.objects.get(ask=ask).name == ""
    assert not AskContactPoint.objects.exists()
    assert not AccessLogEntry.objects.exists()


@pytest.mark.django_db
def test_an_erased_ask_is_never_written_to_again(carla, sam):
    ask = closed(40).ask
    sweep()
    ask.refresh_from_db()
    desk, other = coordinator(carla), factories.ask()
    for write in (
        lambda: actions.add_needs(ask, [factories.details()]),
        lambda: actions.change_ask(ask, {"name": CANARY.name, "phone": CANARY.phone}),
        lambda: actions.exclude(ask, people=[sam], contact_points=[CANARY.phone], by=desk),
        lambda: actions.merge_asks(ask, into=other, by=desk),
        lambda: actions.merge_asks(other, into=ask, by=desk),
    ):
        with pytest.raises(actions.Erased):
            write()
    assert list(ask.needs.values_list("state", flat=True)) == ["closed"]
    assert not Exclusion.objects.exists()
    assert AskContact.objects.get(ask=ask).name == ""


@pytest.mark.django_db
def test_history_is_erased_with_its_need_and_no_other():
    old, other = closed(40), closed(1)
    NeedEvent.objects.update(reason="a word")
    sweep()
    reasons = dict(NeedEvent.objects.filter(action="post").values_list("need", "reason"))
    assert reasons == {old.pk: "", other.pk: "a word"}


@pytest.mark.django_db
def test_the_ask_of_one_neighbour_ends_without_the_ask_of_another():
    old, other = closed(40).ask, factories.ask()
    link = make_link(other)
    sweep()
    assert (is_erased(old), is_erased(other)) == (True, False)
    assert not PrivateLink.objects.filter(ask=old).exists()
    assert ask_by_token(link)
    assert NOTES not in stored.every_row()
