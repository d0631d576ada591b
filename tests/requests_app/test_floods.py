"""Floods wait, nobody is turned away: what is over a limit is kept, and a person reads it first. Bar S19."""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from mutualaid.forms.drafts import DRAFT
from mutualaid.matching import tasks as matching
from mutualaid.notify.models import Notification
from mutualaid.notify.tasks import sweep as deliver_all
from mutualaid.people.models import RateLimitWindow
from requests_app import actions, tasks
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Ask, Need
from requests_app.states import CloseReason, NeedState
from tests.support import factories
from tests.support.asking import ANSWERS, answer, answer_all, ask, words_and_places
from tests.support.closing import confirm, text
from tests.support.signing_in import in_session

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
NETWORK, DAY, SITE = 6, 4, 30
"""The limits that a group starts with."""
WAITS = "Very many people are asking just now, so a person reads yours first."


@pytest.fixture(autouse=True)
def _places():
    words_and_places()


def numbers() -> Iterator[str]:
    return (f"555 01{n:02}" for n in range(100))


def browser(network: str = "198.51.100.7") -> Client:
    return Client(REMOTE_ADDR=network)


def flood(
    count: int, *, network: str = "198.51.100.7", when: dict[str, str] | None = None, **contact: str
) -> list[Need]:
    """Send so many asks, each from a browser without cookies; by default each with its own phone.

    The questions are answered once; each browser goes on from there, with its own contact details.
    """
    given = numbers()
    before = list(Need.objects.values_list("pk", flat=True))
    first = browser(network)
    answer_all(first, when=when or {})
    answers = first.session["ask"]
    for _ in range(count):
        client = browser(network)
        in_session(client, ask=answers | {DRAFT: answers[DRAFT] | {"id": uuid4().hex}})
        answer(client, "contact", **{"phone": next(given)} | contact)
        assert client.post("/ask/check/").status_code == 302
    return list(Need.objects.exclude(pk__in=before).order_by("pk"))


def add_to(link: str) -> Need:
    answers = ANSWERS["when"] | ANSWERS["details"]
    typed = {"category": "groceries", "locality": "riverside", "repeat_until": "", **answers}
    assert browser().post(f"{link}add/", typed).status_code == 302
    return Need.objects.latest("pk")


def reasons(needs: list[Need]) -> list[str]:
    return [need.held_back for need in needs]


def is_waiting(need: Need) -> bool:
    is_due = Need.objects.due_for_matching().filter(pk=need.pk).exists()
    return need.state == NeedState.TRIAGE and not is_due


def test_after_six_from_one_network_the_others_wait_for_a_person_and_none_is_lost():
    needs = flood(NETWORK + 5)
    assert reasons(needs) == [""] * NETWORK + ["network"] * 5
    assert [is_waiting(need) for need in needs] == [False] * NETWORK + [True] * 5


def test_another_spelling_of_the_same_address_is_the_same_network():
    flood(NETWORK)
    assert reasons(flood(1, network="::ffff:198.51.100.7")) == ["network"]
    assert reasons(flood(1, network="2001:db8::1")) == [""]


def test_one_phone_in_any_spelling_from_any_network_has_four_a_day():
    spellings = ["608-555-0142", "(608) 555 0142", "+1 608 555 0142", "001 608 555 0142"]
    needs = [
        need
        for n, phone in enumerate([*spellings, *spellings])
        for need in flood(1, network=f"192.0.2.{n}", phone=phone)
    ]
    assert reasons(needs) == [""] * DAY + ["contact"] * DAY


def test_many_networks_and_many_phones_meet_the_ceiling_of_the_site():
    factories.set_policy(asks_per_hour_site=6)
    needs = [
        need for n in range(9) for need in flood(1, network=f"192.0.2.{n}", phone=f"555 02{n:02}")
    ]
    assert reasons(needs) == [""] * 6 + ["site"] * 3


@pytest.mark.slow
def test_a_flood_from_one_network_takes_nothing_from_the_others():
    factories.set_policy(asks_per_hour_site=NETWORK + 2)
    flood(NETWORK + 30)
    assert reasons(flood(2, network="192.0.2.1", phone="555 0190")) == ["", ""]


def test_whoever_is_signed_in_is_counted_like_all_others(rosa, signed_in):
    flood(NETWORK)
    client = signed_in(rosa)
    client.defaults["REMOTE_ADDR"] = "198.51.100.7"
    ask(client)
    assert Need.objects.filter(ask__account=rosa).get().held_back == "network"


def test_the_page_says_kindly_that_a_person_reads_it_and_shows_the_link():
    flood(NETWORK)
    client = browser()
    page = client.get(ask(client)).content.decode()
    assert WAITS in page
    assert 'class="private-link"' in page
    assert WAITS not in client.get(ask(browser("192.0.2.1"))).content.decode()


def test_a_stranger_whose_address_is_typed_gets_as_many_mails_as_are_allowed(carla):
    needs = flood(12, phone="", email="stranger@mail.example")
    deliver_all()
    assert len(mail.outbox) == DAY
    held = [need for need in needs if need.held_back]
    result = actions.close_needs(held, by=coordinator(carla), reason=CloseReason.UNSAFE)
    assert len(result.closed) == 12 - DAY
    Notification.objects.update(due_at="2020-01-01T00:00Z")
    deliver_all()
    assert len(mail.outbox) == DAY, "nobody is told that it was closed"


def test_a_lost_link_of_what_is_held_back_is_not_sent_by_mail(carla):
    flood(12, phone="", email="stranger@mail.example")
    deliver_all()
    mail.outbox.clear()
    for _ in range(9):
        browser("192.0.2.1").post("/need/lost/", {"address": "stranger@mail.example"})
    tasks.sweep()
    deliver_all()
    assert not mail.outbox, "the newest asks are answered, and all of them are held back"
    held = Ask.objects.exclude(needs__held_back="")
    assert set(Ask.objects.exclude(call_back_at=None)) <= set(held)


def test_once_a_person_has_read_it_it_is_a_need_like_all_others(carla):
    *_, need = flood(NETWORK + 1, email="ana@mail.example", phone="")
    Notification.objects.all().delete()
    actions.publish_need(need, by=coordinator(carla))
    need.refresh_from_db()
    assert (need.state, need.held_back) == (NeedState.OPEN, "")
    assert need.match_due_at is not None
    deliver_all()
    assert [sent.to for sent in mail.outbox] == [["ana@mail.example"]]


@pytest.mark.parametrize("step", ["hold", "assign", "no_answer", "merge", "split"])
def test_what_else_a_coordinator_does_with_it_is_reading_it_too(carla, sam, step):
    *_, other, need = flood(NETWORK + 2)
    by = coordinator(carla)
    day = need.created_at.date().replace(year=need.created_at.year + 1)
    if step == "hold":
        actions.hold_need(need, until=day, by=by)
    elif step == "no_answer":
        actions.mark_unreachable(need, until=day, by=by)
    elif step == "assign":
        actions.assign_need(need, to=sam, by=by)
    elif step == "split":
        parts = actions.split_need(need, into=[factories.category("meals")], by=by)
        assert reasons(parts) == ["network"]
        return
    else:
        actions.merge_asks(need.ask, into=other.ask, by=by)
        other.refresh_from_db()
        actions.merge_need(need, into=other, by=by)
    need.refresh_from_db()
    assert need.held_back == ""


def test_closed_and_reopened_it_waits_as_before(carla):
    *_, need = flood(NETWORK + 1)
    result = actions.close_needs([need], by=coordinator(carla), reason=CloseReason.UNSAFE)
    actions.undo_step(result.code, by=coordinator(carla))
    need.refresh_from_db()
    assert is_waiting(need)
    assert need.held_back == "network"


def test_what_is_added_over_the_limit_waits_and_what_was_asked_before_goes_on():
    link = ask(browser())
    first = Need.objects.get()
    for _ in range(DAY):
        add_to(link)
    first.refresh_from_db()
    assert first.state == NeedState.OPEN
    assert reasons(list(Need.objects.order_by("pk"))) == [""] * DAY + ["contact"]
    assert is_waiting(Need.objects.latest("pk"))


def test_what_is_added_to_an_ask_that_waits_waits_with_it_though_the_flood_is_over(carla):
    flood(NETWORK)
    link = ask(browser(), contact={"phone": "555 0190"})
    first = Need.objects.latest("pk")
    RateLimitWindow.objects.all().delete()
    added = add_to(link)
    assert reasons([first, added]) == ["network"] * 2
    assert is_waiting(added)
    for need in (first, added):
        actions.publish_need(need, by=coordinator(carla))
    assert add_to(link).state == NeedState.OPEN


def test_a_strangers_address_that_is_written_into_asks_later_counts_as_well():
    links = [ask(browser(f"192.0.2.{n}"), contact={"phone": f"555 04{n:02}"}) for n in range(8)]
    for link in links:
        typed = {"email": "stranger@mail.example", "seen": ""}
        browser().post(f"{link}change/email/", typed)
    deliver_all()
    assert reasons(list(Need.objects.order_by("pk"))) == [""] * DAY + ["contact"] * 4
    assert [is_waiting(need) for need in Need.objects.order_by("pk")] == [False] * 4 + [True] * 4
    assert len(mail.outbox) <= DAY


def test_who_writes_their_own_address_again_counts_no_more():
    client = browser()
    link = ask(client, contact={"email": "ana@mail.example"})
    for spelling in ("Ana@mail.example", "ANA@mail.example", "ana@MAIL.example") * 3:
        client.post(f"{link}change/email/", {"email": spelling, "seen": ""})
    assert Need.objects.get().held_back == ""


def test_each_day_of_what_comes_back_every_week_waits_with_it():
    factories.category("groceries").__class__.objects.filter(slug="groceries").update(
        may_repeat=True
    )
    flood(NETWORK)
    weekly = {
        "weekdays": ["MO", "TU", "WE", "TH", "FR", "SA", "SU"],
        "repeat_until": str(timezone.localdate() + timedelta(days=60)),
    }
    ask(browser(), when=weekly)
    days = Need.objects.exclude(series=None)
    assert days.count() > 3
    assert set(days.values_list("held_back", "state")) == {("network", "triage")}


def test_sent_twice_it_is_one_ask_and_one_receipt():
    client = browser()
    answer_all(client)
    pages = [client.post("/ask/check/").headers["Location"] for _ in range(2)]
    assert pages[0] == pages[1]
    used = RateLimitWindow.objects.filter(key__startswith="ask-")
    assert set(used.values_list("count", flat=True)) == {1}


def test_the_coordinators_see_which_these_are_and_publish_or_close_them_together(carla, signed_in):
    needs = flood(NETWORK + 3)
    held = [need for need in needs if need.held_back]
    admin = signed_in(carla)
    board = admin.get("/admin/").content.decode()
    assert re.search(r"<strong>3</strong>\s*held back, for very many came at once", board)
    for link in ("?look=surge", "?state__exact=triage&held_back__isempty=0"):
        page = admin.get(f"/admin/requests_app/need/{link}").content.decode()
        assert all(need.code in page for need in held)
        assert not any(need.code in page for need in needs if not need.held_back)
    page = admin.get(f"/admin/requests_app/need/{held[0].pk}/change/").content.decode()
    assert "very many from one network" in page
    chosen = {"action": "publish", "_selected_action": [need.pk for need in held]}
    confirm(admin, text(admin.post("/admin/requests_app/need/", chosen)))
    assert not Need.objects.exclude(held_back="").exists()
    assert Need.objects.filter(state=NeedState.OPEN).count() == len(needs)


def test_the_team_chat_hears_of_a_surge_once_and_not_of_each_ask(settings):
    settings.TEAM_CHAT_URLS = ["json://127.0.0.1:1/"]
    flood(NETWORK + 6)
    told = Notification.objects.filter(kind__startswith="team_chat")
    assert list(told.values_list("kind", flat=True)) == ["team_chat_surge"]


@pytest.mark.parametrize("typed", ["https://buy.example", "x", "0"])
def test_whoever_fills_in_the_field_that_is_left_empty_waits_for_a_person(typed):
    client = browser()
    page = client.get(ask(client, contact={"website": typed})).content.decode()
    assert "A coordinator reads it first" in page
    need = Need.objects.get()
    assert need.held_back == "trap"
    assert is_waiting(need)


def test_the_field_says_that_it_is_to_be_left_empty_and_no_tab_leads_there():
    client = browser()
    answer_all(client)
    page = client.get("/ask/contact/").content.decode()
    label = "Please leave this empty. It is here to tell programs from people."
    (field,) = re.findall(r"<input[^>]*name=\"website\"[^>]*>", page)
    assert label in page
    assert 'tabindex="-1"' in field
    assert 'autocomplete="off"' in field
    assert label not in client.get("/ask/check/").content.decode()


@pytest.mark.slow
def test_real_needs_are_invited_to_in_the_same_sweep_as_without_the_flood():
    """The attacker floods from one network, with one phone, and then from many."""
    for _ in range(60):
        factories.offer()
    soon = {"urgency": "1"}
    flood(NETWORK + 20, when=soon)
    for n in range(DAY + 10):
        flood(1, network=f"192.0.2.{n}", phone="555 0199", when=soon)
    (real,) = flood(1, network="203.0.113.5", phone="555 0142", when=soon)
    for n in range(SITE):
        flood(1, network=f"203.0.113.{n + 100}", phone=f"555 03{n:02}", when=soon)
    matching.sweep()
    assert real.matches.filter(state="notified").exists()
    held = Need.objects.exclude(held_back="")
    assert held.count() == 20 + 10 + NETWORK + DAY + 1, "and what is over the ceiling"
    assert not held.filter(matches__isnull=False).exists()
    assert Need.objects.count() == NETWORK + 20 + DAY + 10 + 1 + SITE, "nothing is lost"
