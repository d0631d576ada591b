"""What is safe for a neighbour: which ways, when, and who must never hear of what they ask."""

import pytest
from django.core import mail

from mutualaid.matching.actions import accept, match_for
from mutualaid.matching.models import Match
from mutualaid.matching.tasks import sweep as match_all
from mutualaid.notify.tasks import sweep as deliver_all
from requests_app import actions
from requests_app.access.exclusions import is_kept_from
from requests_app.actions import ContactDetails
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Claim, Need
from tests.support import asking, factories
from tests.support.admin_form import as_it_stands
from tests.support.change_pages import ChangePages

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
SAFE = ContactDetails(
    name="A.",
    phone="555 0100",
    email="ana@mail.example",
    address="7 Hill Road",
    channels="sms,note",
    times="mornings",
    no_voicemail=True,
    keep_from="Bob",
)


def ask(client, **contact: object) -> Need:
    asking.words_and_places()
    asking.ask(client, contact=contact)
    return Need.objects.get()


def seen_by(client, need: Need) -> str:
    claim = Claim.objects.get(need=need)
    return str(client.post(f"/claims/{claim.public_id}/contact/").content.decode())


def test_what_is_safe_is_asked_gently_and_kept(client):
    need = ask(client, channels=["call", "note"], times="after 6", no_voicemail="on")
    contact = need.ask.contact
    assert (contact.channels, contact.times, contact.no_voicemail) == ("call,note", "after 6", True)
    assert contact.chosen_channel_labels == ["A call", "A note in the letter box"]
    assert need.state == "open"


@pytest.mark.parametrize(("first", "kept"), [("email", "email,call,sms"), ("", "call,sms,email")])
def test_which_way_comes_first_is_kept_and_changed_with_the_safe_ways(client, first, kept):
    typed = {"channels": ["call", "sms", "email"], "first_way": first}
    assert ask(client, email="ana@mail.example", **typed).ask.contact.channels == kept
    page = ChangePages(client)
    page.change("channels", **typed)
    assert page.value("channels") == kept


def test_what_only_some_need_is_folded_away_and_open_once_it_is_said(client):
    asking.words_and_places()
    page = client.get("/ask/contact/").content.decode()
    assert "What keeps you safe" in page
    assert "<details open>" not in page
    assert asking.answer(client, "contact", channels=["call"], phone="").status_code == 200
    assert "<details open>" in client.get("/ask/contact/").content.decode()


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"channels": ["email"]}, "have a number or address for any"),
        ({"channels": ["pigeon"]}, "Choose one of these."),
        ({"channels": ["call"], "first_way": "sms"}, "Choose it as a safe way too"),
        ({"channels": ["call"], "phone": "", "address": ""}, "We need a way to reach you"),
        ({"times": "x" * 300}, "Use 200 at most."),
    ],
)
def test_a_way_that_leads_nowhere_is_told_beside_it(client, typed, message):
    asking.words_and_places()
    asking.answer_all(client)
    page = asking.answer(client, "contact", **typed).content.decode()
    assert "<title>Error:" in page
    assert message in page


def test_the_check_says_it_in_words(client):
    asking.words_and_places()
    asking.answer_all(client, contact={"channels": ["call", "sms"], "no_voicemail": "on"})
    page = client.get("/ask/check/").content.decode()
    assert "A call, A text message" in page
    assert "No voice messages" in page


def test_the_volunteer_sees_only_ways_that_are_safe(sam, signed_in):
    need = factories.need(contact=SAFE)
    actions.assign_need(need, to=sam, by=coordinator(sam))
    page = seen_by(signed_in(sam), need)
    for shown in ("A text message, A note in the letter box", "mornings", "Please leave none."):
        assert shown in page
    assert "555 0100" in page
    assert "ana@mail.example" not in page
    assert "Bob" not in page
    factories.set_contact(need.ask, channels="note")
    assert "555 0100" not in seen_by(signed_in(sam), need)


def test_the_neighbours_words_are_shown_with_the_details_and_only_then(sam, signed_in):
    need = factories.need(notes="Ring twice")
    claim = actions.claim_need(need, by=sam, weekly_limit=2)
    client = signed_in(sam)
    assert "Ring twice" not in client.get(f"/claims/{claim.public_id}/").content.decode()
    assert "Ring twice" in seen_by(client, need)


@pytest.mark.parametrize(("for_whom", "is_told"), [("self", False), ("someone_else", True)])
def test_who_comes_reads_that_someone_else_asked(sam, signed_in, for_whom, is_told):
    need = factories.need(for_whom=for_whom)
    actions.claim_need(need, by=sam, weekly_limit=2)
    sentence = "Someone else asked for them, and they agreed to it."
    assert (sentence in seen_by(signed_in(sam), need)) == is_told


@pytest.mark.parametrize(("whom_to_call", "name"), [("asker", "Beatriz"), ("them", "Ana")])
def test_who_comes_sees_with_the_phone_whom_to_call(sam, signed_in, whom_to_call, name):
    contact = ContactDetails(
        name="Ana", phone="555 0100", asked_by="Beatriz", whom_to_call=whom_to_call
    )
    need = factories.need(for_whom="someone_else", contact=contact)
    claim = actions.claim_need(need, by=sam, weekly_limit=2)
    client = signed_in(sam)
    assert "Beatriz" not in client.get(f"/claims/{claim.public_id}/").content.decode()
    called = seen_by(client, need).split("Who to call")[1]
    assert f"<dd><bdi>{name}</bdi></dd>" in called.split("</div>")[0]


def test_we_send_no_mail_where_mail_is_not_safe(sam):
    need = factories.need(
        contact=ContactDetails(phone="555 0100", email="ana@mail.example", channels="call")
    )
    actions.claim_need(need, by=sam, weekly_limit=2)
    deliver_all()
    assert [m.to for m in mail.outbox] == [[sam.email]]


def test_when_someone_must_not_find_out_a_coordinator_reads_it_first(client, carla, signed_in):
    need = ask(client, keep_from="Bob from the corner")
    assert need.state == "triage"
    shown = signed_in(carla).post(f"/admin/requests_app/ask/{need.ask_id}/contact/")
    assert "Bob from the corner" in shown.content.decode()


@pytest.fixture
def kept(sam, vera) -> Need:
    """A need that fits Sam and Vera, and must be kept from Sam."""
    factories.offer(by=sam)
    factories.offer(by=vera)
    need = factories.need()
    need.ask.exclusions.create(person=sam)
    return need


def test_who_must_not_hear_of_it_is_not_found_and_not_asked(kept, vera):
    match_all()
    deliver_all()
    assert [m.offer.volunteer for m in Match.objects.all()] == [vera]
    assert [m.to for m in mail.outbox] == [[vera.email]]


def test_nor_can_they_claim_it_nor_be_given_it(kept, sam):
    assert match_for(sam, kept) is None
    with pytest.raises(actions.NotForYou):
        actions.claim_need(kept, by=sam, weekly_limit=2)
    with pytest.raises(actions.NotForYou):
        actions.assign_need(kept, to=sam, by=coordinator(sam))


def test_such_a_need_hangs_on_no_board(client, kept, vera, signed_in):
    assert "Nothing is open here" in client.get("/board/").content.decode()
    path = f"/help/need/{kept.public_id}/"
    assert signed_in(vera).get(path).status_code == 404


@pytest.fixture
def keep_from(carla, signed_in):
    """Note in the admin that someone must not find out about a need."""
    client = signed_in(carla)

    def keep(need: Need, person=None, address: str = "") -> str:
        path = f"/admin/requests_app/ask/{need.ask_id}/change/"
        rows = {
            "exclusions-0-person": person.pk if person else "",
            "exclusions-0-contact_points": address,
            "exclusions-TOTAL_FORMS": 1,
        }
        answer = client.post(path, as_it_stands(client, path) | rows)
        return str((client.get(path) if answer.status_code == 302 else answer).content.decode())

    return keep


def test_noted_later_it_is_gone_for_them_on_the_next_request(keep_from, sam, vera, signed_in):
    factories.offer(by=sam)
    need = factories.need()
    match_all()
    match = Match.objects.get()
    client = signed_in(sam)
    assert client.get(f"/help/{match.public_id}/").status_code == 200
    keep_from(need, sam)
    assert client.get(f"/help/{match.public_id}/").status_code == 404
    assert client.post(f"/help/{match.public_id}/yes/").status_code == 404
    assert "Groceries" not in client.get("/help/").content.decode().split("<main")[1]
    deliver_all()
    assert mail.outbox == []


def test_noted_while_they_are_on_the_way_they_are_released_and_see_nothing_more(
    keep_from, sam, signed_in
):
    factories.offer(by=sam)
    need = factories.need()
    match = match_for(sam, need)
    assert match
    claim = accept(match)
    client = signed_in(sam)
    assert "7 Hill Road" in seen_by(client, need)
    keep_from(need, sam)
    answer = client.post(f"/claims/{claim.public_id}/contact/", follow=True)
    assert "7 Hill Road" not in answer.content.decode()
    need.refresh_from_db()
    assert need.state == "triage", "a coordinator reads it before anyone else is invited"


def test_a_coordinator_may_write_an_address_instead_of_an_account(keep_from, sam, vera, signed_in):
    need = factories.need()
    page = keep_from(need, address="SAM@people.example")
    assert "whoever has a phone or e-mail" in page
    assert "a fingerprint" in page
    assert [is_kept_from(person, need.ask) for person in (sam, vera)] == [True, False]
    assert "sam@" not in page.casefold()


def test_a_person_or_an_address_it_must_be_and_not_both(keep_from, sam):
    need = factories.need()
    assert "Choose a person, or write" in keep_from(need, sam, sam.email)
    assert not need.ask.exclusions.exists()
