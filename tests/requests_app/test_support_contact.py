"""A volunteer on the way has one coordinator to turn to, by name, and that coordinator knows."""

import pytest
from django.core import mail

from mutualaid.notify.links.unsubscribe import unsubscribe_url
from mutualaid.notify.models import Notification
from mutualaid.notify.tasks import sweep
from mutualaid.people.models import Membership, Role, User
from mutualaid.retention.erasing import erase
from mutualaid.retention.terms import NEED
from requests_app import actions
from requests_app.lifecycle.actors import NEIGHBOUR, coordinator
from requests_app.models import Claim, Need
from requests_app.states import CloseReason
from tests.support import factories

pytestmark = pytest.mark.django_db


def claimed(by: User, need: Need | None = None) -> Claim:
    return actions.claim_need(need or factories.need(), by=by, weekly_limit=9)


def dora(**fields: object) -> User:
    return factories.person("Dora", Role.COORDINATOR, **fields)


def read_by(user: User) -> Need:
    factories.set_policy(needs_open_at_once=False)
    need = factories.need()
    actions.publish_need(need, by=coordinator(user))
    return need


def test_it_is_who_took_the_need_in(sam, carla):
    dora(locality=factories.locality())
    assert claimed(sam, read_by(carla)).support_contact == carla


def test_else_it_is_one_of_the_area_or_of_a_larger_one_around_it(sam, carla):
    city = factories.locality("city")
    near = dora(locality=city)
    area = factories.locality("harbour", parent=city)
    assert claimed(sam, factories.need(locality=area)).support_contact == near


def test_else_they_take_turns(sam, carla):
    other = dora()
    assert [claimed(sam).support_contact for _ in range(4)] == [carla, other, carla, other]


def test_it_is_never_the_volunteer_nor_who_asks_nor_who_must_not_find_out(sam, carla):
    need = factories.need(account=dora())
    need.ask.exclusions.create(person=factories.person("Elif", Role.COORDINATOR))
    assert claimed(carla, need).support_contact is None


def test_a_group_without_coordinators_names_no_one(sam):
    assert claimed(sam).support_contact is None
    sweep()
    assert [m.to for m in mail.outbox] == [[sam.email]]
    assert "coordinator" not in mail.outbox[0].body


def test_both_are_told_by_name_and_the_coordinator_nothing_of_who_asks(
    sam, carla, settings, signed_in
):
    settings.HELP_CONTACT = "555 0199"
    claim = claimed(sam)
    sweep()
    to_sam, to_carla = sorted(mail.outbox, key=lambda letter: letter.to == [carla.email])
    assert (
        "Ask Carla, a coordinator who knows about it. Reach the desk here: 555 0199" in to_sam.body
    )
    assert carla.email not in to_sam.body
    assert "Sam said yes to a need." in to_carla.body
    assert f"/admin/requests_app/need/{claim.need_id}/change/" in to_carla.body
    for kept in ("Ana", "555 0100", "Hill Road", sam.email):
        assert kept not in to_carla.body
    page = signed_in(sam).get(f"/claims/{claim.public_id}/").content.decode()
    assert "Ask <bdi>Carla</bdi>, a coordinator who knows about it." in page


def test_what_is_sensitive_is_not_named_to_them_by_mail(sam, carla):
    quiet = factories.category("one-night", sensitive=True)
    need = factories.need(category=quiet)
    actions.publish_need(need, by=coordinator(dora()))
    actions.assign_need(need, to=sam, by=coordinator(carla))
    sweep()
    (letter,) = [m for m in mail.outbox if m.to == ["dora@people.example"]]
    assert "One night" not in letter.body


def test_who_assigned_it_themselves_is_not_told_what_they_did(sam, carla):
    actions.assign_need(factories.need(), to=sam, by=coordinator(carla))
    assert not Notification.objects.filter(kind="coordinator_supports_claim").exists()


def test_they_can_turn_it_off_in_one_tap_and_still_hear_of_the_week(sam, carla, client):
    client.post(unsubscribe_url("care", "email", carla.pk, ""))
    claimed(sam)
    assert not Notification.objects.filter(recipient=carla).exists()
    carla.refresh_from_db()
    assert carla.preferences.wants("digest", "email")
    assert not carla.preferences.wants("care", "email")


def test_a_coordinator_chooses_it_on_their_page_and_a_volunteer_is_not_asked(sam, carla, signed_in):
    asked = 'name="care"'
    assert asked in signed_in(carla).get("/messages/").content.decode()
    assert asked not in signed_in(sam).get("/messages/").content.decode()


def test_who_is_no_coordinator_any_more_is_not_named(sam, carla, signed_in):
    claim = claimed(sam)
    Membership.objects.filter(user=carla, role=Role.COORDINATOR).delete()
    page = signed_in(sam).get(f"/claims/{claim.public_id}/").content.decode()
    assert "Carla" not in page
    sweep()
    assert [m.to for m in mail.outbox] == [[sam.email]]


@pytest.mark.parametrize("end", ["withdrawn", "closed by another"])
def test_who_took_it_in_hears_that_it_is_closed(carla, end):
    need = read_by(carla)
    if end == "withdrawn":
        actions.withdraw_need(need, by=NEIGHBOUR)
    else:
        actions.close_need(need, by=coordinator(dora()), reason=CloseReason.OTHER_HELP)
    sweep()
    (letter,) = [m for m in mail.outbox if m.to == [carla.email]]
    assert letter.subject == f"A need you took in is closed ({need.ask.code} #{need.pk % 1000})"


def test_who_closed_it_themselves_does_not(carla):
    need = read_by(carla)
    actions.close_need(need, by=coordinator(carla), reason=CloseReason.UNABLE)
    assert not Notification.objects.filter(recipient=carla).exists()


def test_their_name_goes_with_the_need(sam, carla):
    claim = claimed(sam)
    actions.withdraw_need(claim.need)
    erase(NEED, [claim.need_id])
    claim.refresh_from_db()
    assert claim.support_contact is None
