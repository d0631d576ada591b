"""A new key takes over, batch by batch, beside the running site."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from mutualaid.encryption import rotation
from mutualaid.encryption.fields import WrongKey
from requests_app.actions import ContactDetails, erase_ask
from requests_app.admin.merging.hints import maybe_of_the_same_person
from requests_app.models import AskContact
from tests.support import factories
from tests.support.keys import NEW, OLD, WRONG, key_ids, stored

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_britain(settings) -> None:
    settings.PHONE_REGION = "GB"


@pytest.fixture
def asks(settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Seven asks under the old key; the new one has just been put in front."""
    settings.CONTACT_KEYS = [OLD]
    monkeypatch.setattr(rotation, "BATCH", 3)
    made = [
        factories.ask(contact=ContactDetails(name=f"N{n}", phone=f"020 7946 010{n}"))
        for n in range(7)
    ]
    settings.CONTACT_KEYS = [NEW, OLD]
    return made


def rotate_keys() -> str:
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    return out.getvalue()


def names() -> list[str]:
    return [contact.name for contact in AskContact.objects.order_by("pk")]


def test_everything_moves_to_the_first_key_and_the_other_can_go(asks, settings):
    assert key_ids() == {"old"}
    assert rotate_keys() == "14 rows moved to key new.\n"  # with the notes of each
    assert key_ids() == {"new"}
    settings.CONTACT_KEYS = [NEW]
    assert names() == [f"N{n}" for n in range(7)]


def test_it_can_be_stopped_and_goes_on_where_it_stopped(asks):
    half = rotation.rotate()
    assert next(half) == (3, 0)
    half.close()
    assert key_ids() == {"old", "new"}
    assert names() == [f"N{n}" for n in range(7)]
    assert rotate_keys() == "11 rows moved to key new.\n"
    before = stored()
    assert rotate_keys() == "0 rows moved to key new.\n"
    assert stored() == before


def test_what_no_key_opens_is_passed_over_kept_and_told(asks, settings):
    settings.CONTACT_KEYS = [WRONG.replace("old", "lost")]
    lost = factories.ask(contact=ContactDetails(name="Lost"))
    settings.CONTACT_KEYS = [NEW, OLD]
    before = stored()[-1]
    with pytest.raises(CommandError, match="2 rows cannot be opened"):
        rotate_keys()
    assert stored()[-1] == before
    assert key_ids() == {"new", "lost"}
    with pytest.raises(WrongKey):
        AskContact.objects.get(ask=lost)


def test_what_is_erased_on_the_way_stays_erased(asks):
    half = rotation.rotate()
    next(half)
    erase_ask(asks[5])
    list(half)
    assert names()[5] == ""
    assert key_ids() == {"new"}


def test_the_same_person_is_found_before_while_and_after(asks, settings):
    again = factories.ask(contact=ContactDetails(phone="+44 20 7946 0100"))
    assert key_ids() == {"old", "new"}
    assert maybe_of_the_same_person(again) == [asks[0]]
    assert maybe_of_the_same_person(asks[0]) == [again]
    rotate_keys()
    settings.CONTACT_KEYS = [NEW]
    assert maybe_of_the_same_person(asks[0]) == [again]
