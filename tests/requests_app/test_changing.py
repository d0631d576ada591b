"""A neighbour changes what they told us: one thing on a page, and whoever must know is told."""

import re
from datetime import timedelta
from functools import partial

import pytest
from django.core import mail
from django.utils import timezone

from mutualaid.matching.models import Match
from mutualaid.matching.tasks import sweep as match_all
from mutualaid.notify.models import Notification
from mutualaid.notify.tasks import sweep as deliver_all
from requests_app import actions
from requests_app.access.recovery import ask_for_link
from requests_app.actions import ContactDetails
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Ask, Need
from requests_app.tasks import sweep
from tests.support import asking, factories
from tests.support.at_once import at_once
from tests.support.change_pages import ANA, ChangePages
from tests.support.subjects import unmarked

pytestmark = pytest.mark.django_db
KEPT = ("Ana", "555 0100", "ana@mail.example", "7 Hill Road", "Milk")


@pytest.fixture
def page(client) -> ChangePages:
    asking.words_and_places()
    return ChangePages(client, category=factories.category("groceries"))


def test_the_summary_leads_to_a_page_for_each_thing(page):
    shown = page.get()
    for name in ("kind", "when", "notes", "name", "phone", "languages", "channels", "for_whom"):
        assert f'href="{page.path(name)}"' in shown
        assert page.get(name).count("<h1>") == 1


def test_what_is_private_is_shown_on_no_page_whoever_holds_the_link(page):
    factories.set_contact(Ask.objects.get(), name="Zsófi")
    for name in ("", "name", "phone", "email", "address", "notes"):
        assert [kept for kept in ("Zsófi", *KEPT[1:]) if kept in page.get(name)] == []


def test_no_one_with_the_link_learns_whether_it_was_said_what_is_safe(client):
    asking.words_and_places()
    with_wishes = ContactDetails(phone="1", channels="call", times="noon", keep_from="Bob")
    pages = [
        ChangePages(client, contact=contact) for contact in (ContactDetails(phone="1"), with_wishes)
    ]
    ids = re.compile(r'/need/[\w-]+/([\w-]{36}/)?|value="\w{64}"|name="seen" value="[^"]+"')
    for name in ("", "channels", "times", "keep_from"):
        first, second = (ids.sub("", page.get(name)) for page in pages)
        assert first == second


@pytest.mark.parametrize(
    ("thing", "typed", "field", "value"),
    [
        ("phone", {"phone": "555 0200"}, "phone", "555 0200"),
        ("email", {"email": "new@mail.example"}, "email", "new@mail.example"),
        ("name", {"name": "A."}, "name", "A."),
        ("address", {"address": "The library"}, "address", "The library"),
        ("notes", {"notes": "Bread"}, "notes", "Bread"),
        ("notes", {"remove": "on"}, "notes", ""),
        ("phone", {"phone": ""}, "phone", "555 0100"),
        ("channels", {"channels": ["call", "note"]}, "channels", "call,note"),
        ("times", {"times": "after 6"}, "times", "after 6"),
        ("voicemail", {"no_voicemail": "on"}, "no_voicemail", True),
    ],
)
def test_how_they_are_reached_is_changed_and_what_is_left_empty_stays(
    page, thing, typed, field, value
):
    page.change(thing, **typed)
    assert page.value(field) == value


def test_for_whom_it_is_can_be_put_right(page):
    page.change("for_whom", for_whom="someone_else")
    assert page.ask.for_whom == "someone_else"
    assert "For someone else, who agreed to it" in page.get()


def test_what_was_asked_is_changed(page):
    factories.locality("hill")
    factories.category("bread", parent=factories.category("food"))
    factories.language("es")
    page.change("where", locality="hill")
    page.change("kind", category="bread")
    page.change("when", urgency="4", needed_by="", week_parts=["1", "8"])
    page.change("languages", languages=["es"])
    assert page.need.locality.slug == "hill"
    assert page.need.category.slug == "bread"
    assert (page.need.urgency, page.need.week_parts) == (4, 1 | 8)
    assert [language.code for language in page.ask.languages.all()] == ["es"]
    assert [e.reason for e in page.need.events.filter(action="change")] == [
        "where", "kind", "when", "languages",
    ]  # fmt: skip


def test_a_last_day_sets_how_long_it_stays_open(page):
    today = timezone.localdate()
    page.change("when", urgency="4", needed_by=today.isoformat())
    assert timezone.localdate(page.need.ends_at) == today + timedelta(days=1)


@pytest.mark.parametrize(("typed", "letters"), [("NEW@mail.example", 1), (ANA.email, 0)])
def test_the_new_address_is_found_when_the_link_is_lost(page, typed, letters):
    page.change("email", email="new@mail.example")
    deliver_all()
    mail.outbox.clear()
    ask_for_link(typed)
    sweep()
    deliver_all()
    assert [m.to for m in mail.outbox] == [["new@mail.example"]] * letters


def test_an_open_need_is_matched_anew(page, sam, vera):
    factories.offer(by=sam, reach_km=0)
    hill = factories.locality("hill", lat=1)
    factories.offer(by=vera, localities=[hill], reach_km=0)
    match_all()
    assert [m.offer.volunteer for m in Match.objects.all()] == [sam]
    page.change("where", locality="hill")
    match_all()
    assert vera in [m.offer.volunteer for m in Match.objects.all()]


@pytest.fixture
def subjects_to_sam(page, sam, mailoutbox):
    """Sam is on his way; the subjects of the mails to him once so many minutes have passed."""
    actions.claim_need(page.need, by=sam, weekly_limit=2)
    deliver_all()

    def after(minutes: float) -> list[str]:
        mailoutbox.clear()
        for row in Notification.objects.filter(state="waiting"):
            earlier = row.due_at - timedelta(minutes=minutes)
            Notification.objects.filter(pk=row.pk).update(due_at=earlier)
        deliver_all()
        assert "Secret" not in "".join(str(message.body) for message in mailoutbox)
        return [unmarked(message.subject) for message in mailoutbox if message.to == [sam.email]]

    return after


def test_a_volunteer_on_the_way_is_told_that_something_changed_and_not_what(page, subjects_to_sam):
    assert "tell your helper that something changed" in page.get()
    page.change("address", address="9 Secret Street")
    assert subjects_to_sam(minutes=11) == ["Something has changed"]


def test_of_all_that_is_changed_in_one_go_they_hear_once(page, subjects_to_sam):
    page.change("address", address="9 Secret Street")
    page.change("phone", phone="555 0144")
    assert subjects_to_sam(minutes=6) == []
    page.change("notes", notes="Secret: ring twice")
    assert subjects_to_sam(minutes=6) == ["Something has changed"]
    assert subjects_to_sam(minutes=60) == []
    page.change("notes", notes="Secret: ring once")
    assert subjects_to_sam(minutes=11) == ["Something has changed"]


def test_what_is_changed_while_the_notice_goes_out_is_told_as_well(page, subjects_to_sam):
    page.change("address", address="9 Secret Street")
    Notification.objects.filter(kind="need_changed").update(
        due_at=timezone.now() - timedelta(seconds=1)
    )
    assert Notification.objects.take(Notification.objects.get(kind="need_changed").pk)
    page.change("phone", phone="555 0144")
    assert Notification.objects.filter(kind="need_changed").count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_changes_at_the_same_moment_are_one_notice(sam):
    need = factories.need(contact=ANA)
    actions.claim_need(need, by=sam, weekly_limit=2)
    both = [Need.objects.get(pk=need.pk) for _ in range(2)]
    at_once([partial(actions.change_need, one, {"notes": "ring twice"}) for one in both])
    assert need.events.filter(action="change").count() == 2
    assert Notification.objects.filter(kind="need_changed").count() == 1


def test_the_volunteer_does_not_hear_whom_it_is_kept_from_and_a_coordinator_rings(page, sam):
    actions.claim_need(page.need, by=sam, weekly_limit=2)
    deliver_all()
    mail.outbox.clear()
    page.change("keep_from", keep_from="Sam")
    deliver_all()
    assert mail.outbox == []
    assert page.ask.call_back_at


@pytest.mark.parametrize(
    ("thing", "typed"),
    [("keep_from", {"keep_from": "Bob"}), ("kind", {"category": "papers"})],
)
def test_what_a_coordinator_must_read_first_is_taken_off_the_board(page, client, thing, typed):
    factories.category("papers", parent=factories.category("food"), sensitive=True)
    page.change(thing, **typed)
    assert page.need.state == "triage"
    assert "Nothing is open here" in client.get("/board/").content.decode()


def test_while_someone_is_on_the_way_the_kind_stays(page, sam):
    actions.claim_need(page.need, by=sam, weekly_limit=2)
    assert "/change/kind/" not in page.get()
    assert page.client.get(page.path("kind")).status_code == 404


def test_after_the_help_nothing_can_be_changed(page, sam):
    claim = actions.claim_need(page.need, by=sam, weekly_limit=2)
    actions.deliver_claim(claim, by=volunteer(sam))
    for thing in ("", "phone", "when"):
        assert page.client.get(page.path(thing)).status_code == 302
    page.change("phone", phone="555 0999")
    assert page.ask.contact.phone == "555 0100"
    with pytest.raises(actions.StateChanged):
        actions.change_need(page.need, {"urgency": 4})


@pytest.mark.parametrize(
    ("thing", "typed", "message"),
    [
        ("where", {"locality": "moon"}, "Choose one of the areas in the list."),
        ("when", {"urgency": "2", "needed_by": "2020-01-01"}, "This day has passed."),
        ("when", {"urgency": "2", "week_parts": ["64"]}, "Choose one of these."),
        ("email", {"email": "ana"}, "Write an e-mail address like"),
        ("languages", {"languages": []}, "Choose at least one language."),
        ("name", {"name": "x" * 100}, "Use 60 at most."),
        ("phone", {"phone": "\0"}, "It holds a character that we"),
    ],
)
def test_a_mistake_is_told_beside_it_and_changes_nothing(page, thing, typed, message):
    shown = page.change(thing, **typed)
    assert "<title>Error:" in shown
    assert message in shown
    assert not page.need.events.filter(action="change").exists()


def test_someone_must_be_able_to_reach_them_still(client):
    asking.words_and_places()
    page = ChangePages(client, contact=ContactDetails(name="Ana", phone="555 0100"))
    assert "We need a way to reach you" in page.change("phone", remove="on")
    assert "have a number or address for any" in page.change("channels", channels=["email"])
    assert page.ask.contact.phone == "555 0100"


def test_what_is_not_there_is_not_there(page):
    for thing in ("nonsense", "people", "state"):
        assert page.client.get(page.path(thing)).status_code == 404


def test_for_how_many_is_changed_where_it_was_asked(client):
    asking.words_and_places()
    page = ChangePages(client, category=factories.category("meals", asks_quantity=True))
    page.change("people", people_count="4")
    assert page.need.people_count == 4


def seen_in(html: str) -> str:
    return str(re.findall(r'name="seen" value="([^"]+)"', html)[0])


def test_a_form_opened_before_a_change_writes_only_what_its_user_changed(page):
    """Two have the link; one moves to another area meanwhile, the other changes how soon."""
    opened = seen_in(page.get("when"))
    day = timezone.localdate() + timedelta(days=5)
    page.change("when", urgency="2", needed_by=day.isoformat())
    page.change("when", urgency="4", needed_by="", seen=opened)
    assert (page.need.urgency, page.need.needed_by) == (4, day)


def test_where_both_changed_the_same_both_are_shown_and_nothing_is_written(page):
    factories.locality("hill")
    factories.locality("lake")
    opened = seen_in(page.get("where"))
    page.change("where", locality="hill")
    answer = page.change("where", locality="lake", seen=opened)
    assert "this was changed to: Hill. You wrote: Lake." in answer
    assert "<title>Error:" in answer
    assert page.need.locality.slug == "hill"
    page.change("where", locality="lake", seen=seen_in(answer))
    assert page.need.locality.slug == "lake", "sent once more, it is meant"


def test_of_what_is_private_only_the_own_words_are_shown(page):
    opened = seen_in(page.get("phone"))
    page.change("phone", phone="555 0777")
    answer = page.change("phone", phone="555 0888", seen=opened)
    assert "this was changed to: something else. You wrote: 555 0888." in answer
    assert "0777" not in answer
    assert page.ask.contact.phone == "555 0777"


def test_the_same_change_sent_twice_is_one(page):
    for _ in range(2):
        page.change("phone", phone="555 0777")
    assert page.need.events.filter(action="change").count() == 1


def test_what_was_erased_meanwhile_is_told_kindly(page):
    Ask.objects.update(erased_at=timezone.now())
    answer = page.client.post(page.path("phone"), {"phone": "555 0777"}, follow=True)
    assert answer.status_code == 404
