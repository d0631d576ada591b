"""Whoever is blocked, or gets a blocked contact point later, is out of what runs; nothing provokes them."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core import mail
from django.utils import timezone

from mutualaid.dashboard.address import new_address
from mutualaid.matching import actions as answers
from mutualaid.matching.models import Match
from mutualaid.matching.outreach import manual
from mutualaid.matching.outreach.match_need import match_need
from mutualaid.notify.inbound.sms_replies import take_reply
from mutualaid.notify.links.one_tap import action_named, one_tap_url
from mutualaid.notify.models import Preferences
from mutualaid.notify.tasks import sweep as deliver_all
from mutualaid.people.actions import block_contact_points, lift_block
from mutualaid.people.models import AccountContactPoint, BlockedContactPoint
from offers_app import actions as offers
from offers_app.models import Offer
from requests_app.access.links import make_link
from requests_app.actions import ContactDetails, NotForYou, StateChanged
from requests_app.models import Claim, Need
from tests.support import factories, offering, scene

pytestmark = pytest.mark.django_db
PHONE = "+1 608 555 0142"
ANA = ContactDetails(name="Ana", email="ana@elsewhere.example")


@pytest.fixture
def need():
    return factories.need(contact=ANA)


@pytest.fixture
def offer(sam):
    return factories.offer(by=sam, categories=[factories.category()])


@pytest.fixture
def claim(sam, offer, need):
    return answers.accept(scene.match_of(sam, need))


def block(text, carla) -> list[str]:
    return block_contact_points(text, reason="threats", by=carla)[1]


def confirm_phone(user, phone=PHONE) -> None:
    preferences = Preferences.of(user)
    preferences.phone, preferences.phone_confirmed_at = phone, timezone.now()
    preferences.save()


def has_email(user, carla):
    block(user.email, carla)


def has_email_in_other_letters(user, carla):
    block(user.email.upper().replace("@", "+x@"), carla)


def has_phone(user, carla):
    confirm_phone(user)
    block("(608) 555-0142 ext 3", carla)


def gets_phone_later(user, carla):
    block("608.555.0142", carla)
    confirm_phone(user)


def gets_email_later(user, carla):
    block("sam+again@other.example", carla)
    EmailAddress.objects.create(user=user, email="Sam@other.example", verified=True)


def changes_email_later(user, carla):
    block("sam@other.example", carla)
    user.email = "sam@other.example"
    user.save()


WAYS = [
    has_email,
    has_email_in_other_letters,
    has_phone,
    gets_phone_later,
    gets_email_later,
    changes_email_later,
]


@pytest.fixture(params=WAYS, ids=lambda way: way.__name__)
def block_sam(request, sam, carla):
    return lambda: request.param(sam, carla)


def test_what_runs_ends_and_the_neighbour_is_told_and_gets_someone_else(
    sam, vera, claim, need, block_sam, signed_in, settings
):
    factories.offer(by=vera)
    browser = signed_in(sam)
    scene.match_of(sam, factories.need(contact=ANA))
    block_sam()
    claim.refresh_from_db()
    assert claim.state == "released"
    assert Offer.objects.get(volunteer=sam).state == "paused"
    assert not Match.objects.of(sam).filter(state__in=["suggested", "notified", "seen"]).exists()
    assert browser.get("/me/").status_code == 302, "their session has ended"
    assert not Session.objects.exists()
    need.refresh_from_db()
    assert need.state == "open"
    match_need(need.pk)
    deliver_all()
    told = [message.to for message in mail.outbox]
    assert [ANA.email] in told
    assert [vera.email] in told


def test_no_way_back_into_it_is_left(sam, offer, claim, block_sam, signed_in):
    other = factories.need(contact=ANA)
    match = scene.match_of(sam, other)
    links = {
        name: one_tap_url(name, match.pk, sam) for name in ("need_yes", "need_no", "need_think")
    }
    links |= {name: one_tap_url(name, claim.pk, sam) for name in ("in_touch", "done", "let_go")}
    links |= {n: one_tap_url(n, offer.pk, sam) for n in ("offer_keep", "offer_pause")}
    calendar = new_address(sam)
    block_sam()
    browser = signed_in(sam)
    for link in links.values():
        assert browser.post(link).status_code == 200
    for path in (
        f"/help/{match.public_id}/yes/",
        f"/help/{match.public_id}/thinking/",
        f"/help/need/{other.public_id}/ask/",
        f"/claims/{claim.public_id}/contact/",
        f"/claims/{claim.public_id}/in-touch/",
        f"/claims/{claim.public_id}/done/",
        "/offer/resume/",
        "/offer/keep/",
        "/offer/change/limits/",
    ):
        answer = browser.post(path, {"reach_km": 3, "per_week": 2}, follow=True)
        assert "7 Hill Road" not in answer.content.decode()
    with pytest.raises((NotForYou, StateChanged)):
        answers.accept(match)
    assert not Claim.objects.of(sam).live().exists()
    assert Offer.objects.get(volunteer=sam).state == "paused"
    assert "BEGIN:VEVENT" not in browser.get(f"/calendar/{calendar}.ics").content.decode()


def test_an_offer_of_theirs_stays_paused_however_it_is_saved(sam, offer, block_sam, signed_in):
    block_sam()
    browser = signed_in(sam)
    offering.answer_all(browser)
    for path in ("/offer/check/", "/offer/stop/", "/offer/again/", "/offer/resume/"):
        answer = browser.post(path, follow=True)
        assert "looking for needs that fit you" not in answer.content.decode()
        assert Offer.objects.get(volunteer=sam).state in ("paused", "withdrawn")
    Offer.objects.filter(volunteer=sam).update(state="paused", paused_until=timezone.localdate())
    offers.resume_when_pause_is_over()
    assert Offer.objects.get(volunteer=sam).state == "paused"
    factories.offer(by=sam)
    assert Offer.objects.get(volunteer=sam).state == "paused"


def test_they_are_invited_by_no_one_not_even_where_pinned(sam, offer, need, carla):
    match = scene.match_of(sam, need)
    manual.pin(match, by=carla)
    AccountContactPoint.objects.filter(user=sam).update(fingerprint="f" * 32)
    BlockedContactPoint.objects.create(fingerprint="f" * 32, reason="threats")
    match_need(need.pk)
    with pytest.raises(StateChanged):
        manual.invite_one(match, by=carla)
    match.refresh_from_db()
    assert match.invited_at is None


def test_a_yes_by_text_message_from_a_blocked_phone_does_nothing(sam, offer, need, carla, settings):
    settings.SMS_URL = "sink://"
    confirm_phone(sam)
    match = scene.match_of(sam, need)
    block(PHONE, carla)
    take_reply(PHONE, "YES")
    assert not action_named("need_yes").take(match.pk, sam).is_done
    assert not Claim.objects.of(sam).exists()


def test_giving_up_the_contact_point_is_no_way_out(sam, offer, need, carla):
    confirm_phone(sam)
    block(PHONE, carla)
    Preferences.objects.filter(user=sam).update(phone_confirmed_at=None)
    preferences = Preferences.of(sam)
    preferences.phone = ""
    preferences.save()
    assert not offers.resume_offer(Offer.objects.get(volunteer=sam))
    row = BlockedContactPoint.objects.get()
    points = AccountContactPoint.objects.filter(user=sam)
    assert points.filter(fingerprint=row.fingerprint).exists()
    lift_block(row, by=carla)
    assert not points.filter(fingerprint=row.fingerprint).exists()
    assert points.count() == 1
    assert offers.resume_offer(Offer.objects.get(volunteer=sam))


def test_whoever_signs_up_with_a_blocked_address_can_take_nothing_on(need, carla):
    block("new@people.example", carla)
    new = factories.person("New", email="New+1@people.example")
    factories.offer(by=new)
    assert Offer.objects.get(volunteer=new).state == "paused"
    assert answers.match_for(new, need) is None


def test_what_they_asked_is_kept_and_read_first_also_what_they_asked_before(sam, carla):
    mine = ContactDetails(name="Sam", phone=PHONE)
    before = factories.need(contact=mine)
    by_account = factories.need(contact=ANA, account=sam)
    ended = block(f"{PHONE}, {sam.email}", carla)
    assert "2 asks from there are read by a coordinator first now." in ended
    for need in (before, by_account):
        need.refresh_from_db()
        assert need.state == "triage"
    assert factories.need(of=before.ask).state == "triage"
    assert (
        factories.need(contact=ContactDetails(name="S", phone="608 555 0142 x9")).state == "triage"
    )
    assert factories.need(contact=ANA, account=sam).state == "triage", "by another address"


PROVOKING = ("block", "banned", "threat", "forbidden", "refus", "not allowed", "abuse")


def test_the_blocked_person_is_told_kindly_whom_to_turn_to(sam, claim, carla, signed_in, settings):
    settings.HELP_CONTACT = "ring 555 0199"
    has_phone(sam, carla)
    browser = signed_in(sam)
    for path in ("/me/", "/help/"):
        page = browser.get(path).content.decode()
        assert "Please talk with us first" in page
        assert "ring 555 0199" in page
    for path in ("/me/", "/help/", "/offer/", "/messages/", f"/claims/{claim.public_id}/"):
        page = browser.get(path, follow=True).content.decode().lower()
        assert [word for word in PROVOKING if word in page.split("<main")[1]] == []
    assert browser.post("/account/data/download/").status_code == 200


def test_their_page_offers_nothing_that_would_be_refused(sam, offer, carla, signed_in):
    before = signed_in(sam).get("/me/").content.decode()
    assert all(words in before for words in ("Change my offer", "What fits me", "Take a break"))
    has_phone(sam, carla)
    page = signed_in(sam).get("/me/").content.decode()
    assert "What I offer" in page
    useless = ("Change my offer", "What fits me", "Take a break", "I am back")
    assert [words for words in useless if words in page] == []


def test_whoever_asks_from_there_sees_what_everyone_sees(client, carla):
    blocked = factories.need(contact=ContactDetails(name="Bo", phone=PHONE))
    block(PHONE, carla)
    new = factories.need(contact=ContactDetails(name="Bo", phone=PHONE))
    page = client.get(f"/need/{make_link(new.ask)}/").content.decode().lower()
    assert [word for word in PROVOKING if word in page.split("<main")[1]] == []
    assert client.get(f"/need/{make_link(blocked.ask)}/").status_code == 200


def test_a_coordinator_is_warned_and_may_assign_it_all_the_same(sam, need, carla, signed_in):
    block(sam.email, carla)
    browser = signed_in(carla)
    path = f"/admin/requests_app/need/{need.pk}/assign/"
    page = browser.post(path, {"other": sam.pk}).content.decode()
    assert "is blocked, so nothing is sent there" in page
    assert not Claim.objects.exists()
    browser.post(path, {"other": sam.pk, "sure": "on"})
    claim = Claim.objects.get()
    assert claim.volunteer == sam
    assert "7 Hill Road" not in browser.get(f"/claims/{claim.public_id}/").content.decode()
    assert Need.objects.get(pk=need.pk).state == "claimed"


def test_confirming_a_blocked_phone_while_signed_in_is_no_fault(sam, offer, carla, signed_in):
    browser = signed_in(sam)
    block(PHONE, carla)
    preferences = Preferences.of(sam)
    preferences.phone, preferences.phone_request = PHONE, None
    preferences.save()
    confirm_phone(sam)
    assert browser.get("/me/").status_code == 302
    assert browser.post("/messages/", {}).status_code == 302


@pytest.mark.parametrize(
    ("changes", "is_looked_at"),
    [({"last_login": timezone.now()}, False), ({"email": "new@people.example"}, True)],
)
def test_contact_points_are_looked_at_only_when_one_may_have_changed(
    sam, changes, is_looked_at, django_assert_max_num_queries
):
    for name, value in changes.items():
        setattr(sam, name, value)
    with django_assert_max_num_queries(30) as asked:
        sam.save(update_fields=list(changes))
    table = AccountContactPoint._meta.db_table
    assert any(table in query["sql"] for query in asked.captured_queries) is is_looked_at
