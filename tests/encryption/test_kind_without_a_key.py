"""A row that no key opens: every page is kind about it, nothing of it is written over, all else goes on."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from mutualaid.dashboard.address import new_address
from mutualaid.matching.actions import match_for
from mutualaid.matching.attention import ATTENTION_ITEMS
from mutualaid.notify.models import Notification
from mutualaid.notify.tasks import sweep as deliver_all
from requests_app import actions, tasks
from requests_app.access.links import make_link
from requests_app.access.recovery import ask_for_link
from requests_app.actions import ContactDetails
from requests_app.lifecycle.actors import volunteer
from requests_app.models import AccessLogEntry, Ask, AskContact, Claim, Need, NeedNotes
from tests.support import factories
from tests.support.canary import without_tokens
from tests.support.clock import later
from tests.support.keys import NEW, OLD, WRONG, stored

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.one_database]
CONTACT = ContactDetails(
    name="Ana", phone="555 0100", email="ana@people.example", address="7 Hill Road"
)
NOTES = "Ana rings twice"
KIND = "We can't read the contact details just now"


@pytest.fixture(params=[NEW, WRONG], ids=["a key is missing", "a key is another"])
def claim(request, settings, sam, rosa) -> Claim:
    """Rosa asked, Sam is on the way, and the key with which it was written is not here."""
    settings.CONTACT_KEYS = [OLD]
    factories.offer(by=sam)
    need = factories.need(contact=CONTACT, account=rosa, notes=NOTES)
    claim = actions.claim_need(need, by=sam, weekly_limit=5)
    deliver_all()
    mail.outbox.clear()
    settings.CONTACT_KEYS = [request.param]
    return Claim.objects.get(pk=claim.pk)


@pytest.fixture(autouse=True)
def nothing_is_written_over(claim):
    before = stored()[0], stored(NeedNotes)[0]
    yield
    assert (stored()[0], stored(NeedNotes)[0]) == before


def text(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    page = without_tokens(answer.content.decode())
    assert not [word for word in ("Ana", "555 0100", "Hill Road", "twice", "old:") if word in page]
    return page


def test_the_volunteer_reads_it_on_their_page_and_no_look_is_counted(claim, sam, signed_in):
    page = f"/claims/{claim.public_id}/"
    browser = signed_in(sam)
    assert KIND in text(browser.get(page))
    assert KIND in text(browser.post(f"{page}contact/", follow=True))
    assert not AccessLogEntry.objects.exists()


@pytest.mark.parametrize("step", ["in-touch", "day", "done", "release"])
def test_they_can_go_on_all_the_same(claim, sam, signed_in, step):
    day = timezone.localdate() + timedelta(days=1)
    answer = signed_in(sam).post(f"/claims/{claim.public_id}/{step}/", {"day": day}, follow=True)
    text(answer)
    before, claim.state = claim.state, Claim.objects.get(pk=claim.pk).state
    assert claim.state != before


def test_the_neighbour_sees_how_it_stands(claim, client):
    page = text(client.get(f"/need/{make_link(claim.need.ask)}/"))
    assert KIND in page
    assert "said yes and will get in touch." in page


@pytest.mark.parametrize("step", ["arrived", "need_more", "withdraw"])
def test_and_says_what_they_want(claim, client, step):
    token = make_link(claim.need.ask)
    text(client.post(f"/need/{token}/{claim.need.public_id}/{step}/", follow=True))
    assert Need.objects.get().events.count() > 2


@pytest.mark.parametrize("page", ["phone", "channels", "keep_from"])
def test_what_cannot_be_changed_unread_is_told_where_it_stands(claim, client, page):
    path = f"/need/{make_link(claim.need.ask)}/change/{page}/"
    assert KIND in text(client.post(path, {page: "call"}, follow=True))


def test_a_coordinator_who_would_copy_the_words_is_told_on_the_form(claim, carla, signed_in):
    desk = signed_in(carla)
    split = {"into": [claim.need.category_id]}
    actions.release_claim(claim, by=volunteer(claim.volunteer))
    page = text(desk.post(f"/admin/requests_app/need/{claim.need_id}/split/", split))
    assert "These details cannot be read with the keys of this site. They are kept." in page
    assert Need.objects.count() == 1


def test_any_other_page_says_it_too_and_does_not_speak_of_a_mistake(claim, client, monkeypatch):
    def unreadable() -> None:
        AskContact.objects.get()

    monkeypatch.setattr("mutualaid.retention.views.chapters", unreadable)
    client.raise_request_exception = False
    answer = client.get("/data/")
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "We can't read this just now" in page
    assert "broke" not in page


def test_the_copy_says_what_cannot_be_read_and_holds_the_rest(claim, client, rosa, signed_in):
    by_link = client.post(f"/need/{make_link(claim.need.ask)}/data/download/").json()
    account = signed_in(rosa).post("/account/data/download/").json()
    for copy in (by_link, *account["what_you_asked_for"]):
        assert set(copy["you"]) == {"for_whom", "languages", "cannot_be_read_just_now"}
        assert (copy["you"]["for_whom"], copy["you"]["languages"]) == ("For me", ["en"])
        [need] = copy["what_you_asked_for"]
        assert need["kind_of_help"] == "Groceries"
        assert need["what_to_know"] == copy["you"]["cannot_be_read_just_now"]


def test_my_page_the_list_of_what_fits_and_the_calendar_are_as_ever(claim, rosa, sam, signed_in):
    actions.agree_on_day(claim, day=timezone.localdate(), by=volunteer(sam))
    assert "Groceries" in text(signed_in(rosa).get("/me/"))
    assert "Groceries" in text(signed_in(sam).get("/me/"))
    assert "Groceries" in text(signed_in(sam).get("/help/"))
    for person in (rosa, sam):
        assert "Groceries" in text(signed_in(person).get(f"/calendar/{new_address(person)}.ics"))


def test_a_need_that_fits_is_shown_without_a_name(claim, sam, vera, signed_in):
    factories.offer(by=vera)
    actions.release_claim(claim, by=volunteer(sam))
    match = match_for(vera, claim.need)
    assert "Groceries" in text(signed_in(vera).get(f"/help/{match.public_id}/"))


def test_what_is_said_to_the_neighbour_waits_and_the_volunteers_hear_at_once(claim, sam):
    actions.release_claim(claim, by=volunteer(sam))
    again = actions.claim_need(claim.need, by=factories.person("Vera"), weekly_limit=2)
    deliver_all()
    assert [message.to for message in mail.outbox] == [[sam.email], ["vera@people.example"]]
    row = Notification.objects.get(kind="need_claimed", about_id=again.pk)
    assert (row.state, row.error) == ("waiting", "WrongKey")


def test_it_goes_out_once_the_key_is_back(claim, sam, settings):
    actions.deliver_claim(claim, by=volunteer(sam))
    deliver_all()
    settings.CONTACT_KEYS = [NEW, OLD]
    Notification.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    deliver_all()
    assert [message.to for message in mail.outbox] == [[sam.email], [CONTACT.email]]


def test_the_clock_goes_on_for_them_and_for_everyone_else(claim, vera):
    other = actions.claim_need(factories.need(), by=vera, weekly_limit=2)
    for _ in range(3):
        later(days=2)
        tasks.sweep()
    states = Claim.objects.filter(pk__in=[claim.pk, other.pk]).values_list("state", flat=True)
    assert list(states) == ["lapsed", "lapsed"]


def test_a_lost_link_becomes_a_call(claim):
    ask_for_link(CONTACT.email)
    tasks.sweep()
    assert Ask.objects.get().call_back_at
    assert mail.outbox == []


def test_the_desk_sees_which_key_is_missing_and_is_kind_as_well(claim, settings, carla, signed_in):
    missing = settings.CONTACT_KEYS == [NEW]
    assert list(ATTENTION_ITEMS["unreadable"].among(Need.objects.all())) == [claim.need] * missing
    settings.CONTACT_KEYS = [NEW, OLD]
    assert not ATTENTION_ITEMS["unreadable"].among(Need.objects.all()).exists()
