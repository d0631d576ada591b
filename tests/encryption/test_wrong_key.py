"""What the keys at hand do not open is said to be so. It is never shown, and never written over."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from mutualaid.encryption.fields import WrongKey
from requests_app.actions import erase_ask
from requests_app.models import AccessLogEntry, Ask, AskContact, NeedNotes
from tests.support import canary
from tests.support.canary import CANARY, NOTES
from tests.support.keys import NEW, OLD, WRONG, stored

pytestmark = pytest.mark.django_db
contacts = AskContact.objects


@pytest.fixture
def unreadable(settings: Any) -> Ask:
    """An ask whose details were written with a key that is here no more."""
    settings.CONTACT_KEYS = [OLD]
    ask = canary.ask()
    settings.CONTACT_KEYS = [NEW]
    return ask


def changed(contact: AskContact) -> AskContact:
    contact.phone = "555 0199"
    return contact


WAYS: dict[str, Callable[[Ask], object]] = {
    "load and save": lambda ask: changed(contacts.get(ask=ask)).save(),
    "through the ask": lambda ask: changed(Ask.objects.get(pk=ask.pk).contact).save(),
    "save a new one": lambda ask: AskContact(ask=ask, phone="555 0199").save(),
    "create": lambda ask: contacts.create(ask=ask, phone="555 0199"),
    "get or create": lambda ask: contacts.get_or_create(ask=ask, defaults={"phone": "5"}),
    "update or create": lambda ask: contacts.update_or_create(ask=ask, defaults={"phone": "5"}),
    "bulk create": lambda ask: contacts.bulk_create([AskContact(ask=ask, phone="5")]),
    "bulk update": lambda ask: contacts.bulk_update(map(changed, contacts.all()), ["phone"]),
    "one field": lambda ask: changed(contacts.only("phone").get(ask=ask)).save(),
    "refresh": lambda ask: AskContact(ask=ask).refresh_from_db(),
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
    assert contacts.get(ask=unreadable).phone == CANARY.phone


@pytest.mark.parametrize("how", [{}, {"update_fields": ["language"]}])
def test_what_is_not_encrypted_can_be_changed_beside_it(unreadable, settings, how):
    before = stored()[0]
    contact = contacts.only("language").get(ask=unreadable)
    contact.language = "ar"
    contact.save(**how)
    assert set(stored()[0]) - set(before) == {"ar"}


def test_a_coordinator_is_told_and_saves_nothing(unreadable, settings, carla, signed_in):
    desk, path = signed_in(carla), f"/admin/requests_app/ask/{unreadable.pk}/contact/"
    before = stored(), stored(NeedNotes)
    for typed in ({}, {"keep": "1", "name": "Somebody", "phone": "555 0199"}):
        page = desk.post(path, typed).content.decode()
        assert "These details cannot be read with the keys of this site. They are kept." in page
        assert "old:" not in page
    assert (stored(), stored(NeedNotes)) == before
    assert not AccessLogEntry.objects.exists()
    for page in (
        f"/admin/requests_app/need/{unreadable.needs.get().pk}/change/",
        f"/admin/requests_app/ask/{unreadable.pk}/change/",
    ):
        assert desk.get(page).status_code == 200


@pytest.mark.parametrize(
    ("model", "column", "target"),
    [(AskContact, "address", AskContact), (AskContact, "phone", NeedNotes)],
)
def test_a_value_moved_to_another_column_does_not_open(settings, model, column, target):
    ask = canary.ask()
    cipher = raw(model, column)
    moved = "name" if target is AskContact else "text"
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {target._meta.db_table} SET {moved} = %s", [cipher])
    with pytest.raises(WrongKey):
        target.objects.get(**{"ask" if target is AskContact else "need__ask": ask})


def raw(model: type[Model], column: str) -> str:
    columns = [field.column for field in model._meta.concrete_fields]
    return str(stored(model)[0][columns.index(column)])


def test_each_part_is_told_apart_by_its_own_key(unreadable, settings):
    """The notes of a need can be readable while the contact details are not."""
    NeedNotes.write(unreadable.needs.get(), NOTES)
    ask = Ask.objects.get()
    assert (ask.readable_contact, ask.needs.get().readable_notes) == (None, NOTES)
    settings.CONTACT_KEYS = [OLD]
    ask = Ask.objects.get()
    assert ask.readable_contact.name == CANARY.name
    assert ask.needs.get().readable_notes is None


def test_it_can_be_erased_all_the_same(unreadable):
    erase_ask(unreadable)
    assert set(stored()[0]) == {unreadable.pk, "", False}
    assert stored(NeedNotes) == [(unreadable.needs.get().pk, "")]
