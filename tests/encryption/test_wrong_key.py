"""What the keys at hand do not open is said to be so. It is never shown, and never written over."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from mutualaid.encryption.fields import WrongKey
from requests_app.actions import erase_need
from requests_app.models import AccessLogEntry, Need, NeedContact
from tests.retention.test_erasing import CANARY
from tests.support import factories
from tests.support.keys import NEW, OLD, WRONG, stored

pytestmark = pytest.mark.django_db
contacts = NeedContact.objects


@pytest.fixture
def unreadable(settings: Any) -> Need:
    """A need whose details were written with a key that is here no more."""
    settings.CONTACT_KEYS = [OLD]
    need = factories.need(details=CANARY)
    settings.CONTACT_KEYS = [NEW]
    return need


def changed(contact: NeedContact) -> NeedContact:
    contact.phone = "555 0199"
    return contact


WAYS: dict[str, Callable[[Need], object]] = {
    "load and save": lambda need: changed(contacts.get(need=need)).save(),
    "through the need": lambda need: changed(Need.objects.get(pk=need.pk).contact).save(),
    "save a new one": lambda need: NeedContact(need=need, phone="555 0199").save(),
    "create": lambda need: contacts.create(need=need, phone="555 0199"),
    "get or create": lambda need: contacts.get_or_create(need=need, defaults={"phone": "5"}),
    "update or create": lambda need: contacts.update_or_create(need=need, defaults={"phone": "5"}),
    "bulk create": lambda need: contacts.bulk_create([NeedContact(need=need, phone="5")]),
    "bulk update": lambda need: contacts.bulk_update(map(changed, contacts.all()), ["phone"]),
    "one field": lambda need: changed(contacts.only("phone").get(need=need)).save(),
    "refresh": lambda need: NeedContact(need=need).refresh_from_db(),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("key", [NEW, WRONG])
def test_no_way_of_saving_writes_over_it(unreadable, settings, way, key):
    settings.CONTACT_KEYS = [key]
    before = stored()
    with pytest.raises((WrongKey, IntegrityError)), transaction.atomic():
        WAYS[way](unreadable)
    assert stored() == before
    settings.CONTACT_KEYS = [NEW, OLD]
    assert contacts.get(need=unreadable).phone == CANARY.phone


@pytest.mark.parametrize("how", [{}, {"update_fields": ["language"]}])
def test_what_is_not_encrypted_can_be_changed_beside_it(unreadable, settings, how):
    before = stored()[0]
    contact = contacts.only("language").get(need=unreadable)
    contact.language = "ar"
    contact.save(**how)
    assert set(stored()[0]) - set(before) == {"ar"}


def test_a_coordinator_is_told_and_saves_nothing(unreadable, settings, carla, signed_in):
    desk, path = signed_in(carla), f"/admin/requests_app/need/{unreadable.pk}/contact/"
    before = stored()
    for typed in ({}, {"keep": "1", "name": "Somebody", "phone": "555 0199"}):
        page = desk.post(path, typed).content.decode()
        assert "These details cannot be read with the keys of this site. They are kept." in page
        assert "old:" not in page
    assert stored() == before
    assert not AccessLogEntry.objects.exists()
    page = desk.get(f"/admin/requests_app/need/{unreadable.pk}/change/")
    assert page.status_code == 200


def test_a_value_moved_to_another_column_does_not_open(settings):
    need = factories.need(details=CANARY)
    raw = stored()[0]
    columns = [field.column for field in NeedContact._meta.concrete_fields]
    with connection.cursor() as cursor:
        address = raw[columns.index("address")]
        cursor.execute("UPDATE requests_app_needcontact SET name = %s", [address])
    with pytest.raises(WrongKey):
        contacts.get(need=need)


def test_it_can_be_erased_all_the_same(unreadable):
    erase_need(unreadable)
    assert set(stored()[0]) == {unreadable.pk, "", False}
