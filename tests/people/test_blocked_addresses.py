"""Coordinators block a phone or an e-mail: what is asked from it waits to be read, nothing is sent to it."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from mutualaid.notify.models import Notification
from mutualaid.notify.tasks import sweep as deliver_all
from mutualaid.people.models import BlockedContactPoint
from mutualaid.policy.current import current_policy
from mutualaid.retention.tasks import sweep as erase_all
from requests_app import actions
from requests_app.actions import ContactDetails, ImportedAsk, Origin
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Need
from requests_app.states import CloseReason
from tests.support import factories, stored
from tests.support.keys import NEW

pytestmark = pytest.mark.django_db
LIST = "/admin/people/blockedcontactpoint/"
FROM_MAIL = ContactDetails(name="Ana", email=" ANA@people.example")
FROM_PHONE = ContactDetails(name="Ana", phone="020 7946 0958")


@pytest.fixture(autouse=True)
def in_britain(settings) -> None:
    settings.PHONE_REGION = "GB"


@pytest.fixture
def admin(carla, signed_in):
    return signed_in(carla)


def block(admin, address: str, reason: str = "adverts"):
    return admin.post(f"{LIST}add/", {"address": address, "reason": reason}, follow=True)


@pytest.fixture
def blocked(admin):
    block(admin, "ana@People.example")
    block(admin, "+44 20 7946 0958")


SPELLINGS = [
    FROM_MAIL,
    FROM_PHONE,
    ContactDetails(name="Ana", email="ana+again@people.example"),
    ContactDetails(name="Ana", phone="+44 (0)20 7946 0958 ext 11"),
    ContactDetails(name="Ana", phone="020 7946 0000 or 020 7946 0958"),
]


@pytest.mark.parametrize("contact", SPELLINGS)
def test_an_ask_from_there_is_kept_and_read_first_and_the_admin_says_why(admin, blocked, contact):
    need = factories.need(contact=contact)
    assert need.state == "triage"
    page = admin.get(f"/admin/requests_app/need/{need.pk}/change/").content.decode()
    assert "It comes from a blocked address" in page
    assert "advertisements" in page
    other = factories.need(contact=ContactDetails(name="Ana", phone="020 7946 0959"))
    assert other.state == "open"
    page = admin.get(f"/admin/requests_app/need/{other.pk}/change/").content.decode()
    assert "It comes from a blocked address" not in page


@pytest.mark.parametrize("contact", SPELLINGS)
def test_nothing_is_sent_there_and_no_one_rings(admin, blocked, contact, carla):
    need = factories.need(contact=contact)
    actions.publish_need(need, by=coordinator(carla))
    actions.close_need(need, by=coordinator(carla), reason=CloseReason.UNABLE)
    deliver_all()
    assert mail.outbox == []
    assert not Notification.objects.exclude(state="cancelled").exists()


def test_what_was_written_before_the_block_is_not_sent_after_it(admin):
    factories.need(contact=FROM_MAIL)
    block(admin, "ana@people.example")
    deliver_all()
    assert mail.outbox == []


def test_a_volunteer_who_is_blocked_gets_no_mail_either(admin, sam, carla):
    block(admin, sam.email)
    actions.assign_need(factories.need(), to=sam, by=coordinator(carla))
    deliver_all()
    assert [sam.email] not in [message.to for message in mail.outbox]
    assert not Notification.objects.filter(recipient=sam, state="sent").exists()


def test_an_address_changed_to_a_blocked_one_is_read_once_more(blocked):
    ask = factories.ask(factories.details(), factories.details())
    actions.change_ask(ask, {"email": FROM_MAIL.email})
    assert list(ask.needs.values_list("state", flat=True)) == ["triage", "triage"]
    assert factories.need(of=ask).state == "triage", "so is whatever is added to it"


def test_a_spreadsheet_is_no_way_around(blocked):
    others = ContactDetails(name="Bo", phone="555 0199")
    asked = [
        ImportedAsk(
            origin=Origin("sheet", str(number)),
            needs=[factories.details()],
            contact=contact,
            languages=[],
        )
        for number, contact in enumerate((FROM_MAIL, FROM_PHONE, others))
    ]
    actions.import_asks(asked)
    states = [need.state for need in Need.objects.order_by("ask__reference")]
    assert states == ["triage", "triage", "open"]


def test_the_list_shows_when_and_why_and_nowhere_which(admin, blocked):
    page = admin.get(LIST).content.decode()
    assert "advertisements" in page
    row = BlockedContactPoint.objects.first()
    shown = page + admin.get(f"{LIST}{row.pk}/change/").content.decode()
    shown += admin.get(f"{LIST}{row.pk}/history/").content.decode()
    assert stored.leaks(("7946 0958", "79460958", "ana@", "Ana@", row.fingerprint), shown) == []
    assert stored.leaks(("7946 0958", "79460958", "ana@", "ana@People"), stored.every_row()) == []


@pytest.mark.parametrize("typed", ["", "Ana", "12", "\0"])
def test_what_is_no_address_is_told_beside_it(admin, typed):
    page = block(admin, typed)
    assert "errorlist" in page.content.decode()
    assert not BlockedContactPoint.objects.exists()


def test_twice_is_told_and_it_can_be_lifted(admin, blocked):
    assert (
        "This phone or e-mail is blocked already."
        in block(admin, "ANA@people.example").content.decode()
    )
    for row in BlockedContactPoint.objects.all():
        admin.post(f"{LIST}{row.pk}/delete/", {"post": "yes"})
    assert factories.need(contact=FROM_MAIL).state == "open"


def test_it_ends_by_itself(admin, blocked):
    old = timezone.now() - timedelta(days=current_policy().block_days + 1)
    BlockedContactPoint.objects.filter(pk=BlockedContactPoint.objects.first().pk).update(since=old)
    erase_all()
    assert BlockedContactPoint.objects.count() == 1


def test_new_keys_leave_it_as_it_is(admin, settings):
    block(admin, "ana@people.example")
    settings.CONTACT_KEYS = [NEW, *settings.CONTACT_KEYS]
    call_command("rotate_keys", stdout=StringIO())
    settings.CONTACT_KEYS = [NEW]
    assert factories.need(contact=FROM_MAIL).state == "triage"


def test_no_one_but_coordinators_comes_near_it(sam, signed_in):
    assert signed_in(sam).get(LIST).status_code == 302
    assert block(signed_in(sam), "ana@people.example").status_code == 403
    assert not BlockedContactPoint.objects.exists()
