"""The same phone or e-mail is found again, without a look at it, and nothing is refused because of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutualaid.encryption.fingerprints import LENGTH, fingerprints
from requests_app.actions import ContactDetails, erase_ask, mark_alike
from requests_app.admin.merging.hints import maybe_of_the_same_person
from requests_app.lifecycle.actors import coordinator
from requests_app.models import AccessLogEntry, Ask, AskContact
from tests.support import factories, stored

SAME = ("+44 20 7946 0958", "020 7946 0958", "(020) 7946-0958", "0044 2079460958", "٠٢٠٧٩٤٦٠٩٥٨")
OTHERS = ("+49 20 7946 0958", "+1 207 946 0958", "020 7946 0959", "20794609580")
HINT = "Possibly the same person has asked before"


@pytest.fixture(autouse=True)
def in_britain(settings) -> None:
    settings.PHONE_REGION = "GB"


def test_one_number_has_one_fingerprint_however_it_is_written():
    assert len(fingerprints(*SAME)) == 1
    assert fingerprints(f"{SAME[1]} ext 12") == fingerprints(SAME[0])


def test_the_same_last_digits_elsewhere_are_another_number():
    assert len(fingerprints(SAME[0], *OTHERS)) == 5


@pytest.mark.parametrize("text", ["", "none", "ring twice", "12 34", "+"])
def test_what_is_no_number_is_like_no_other(text):
    assert fingerprints(text) == set()


def test_a_tag_and_the_size_of_letters_make_no_other_mailbox():
    assert len(fingerprints("ana+1@people.example", " Ana@People.Example ")) == 1


def test_each_of_several_in_one_box_has_its_own():
    assert fingerprints(f"{SAME[0]} or ana@people.example") == fingerprints(
        SAME[1], "ana@people.example"
    )


def test_another_secret_gives_other_fingerprints(settings):
    before = fingerprints(SAME[0])
    settings.SECRET_KEY = "another secret of this site"
    assert fingerprints(SAME[0]).isdisjoint(before)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read(text):
    assert all(len(value) == LENGTH for value in fingerprints(text))


def with_phone(phone: str, email: str = "") -> Ask:
    return factories.ask(contact=ContactDetails(name="Ana", phone=phone, email=email))


@pytest.mark.django_db
def test_coordinators_see_who_possibly_asked_before(carla, signed_in):
    first = with_phone(SAME[0])
    second = with_phone("555 0100", "ana@people.example")
    both = with_phone(SAME[1], "ANA@people.example")
    with_phone("555 0177", "somebody@people.example")
    need = both.needs.get()
    assert need.state == "open", "nobody is refused or held back for asking twice"
    assert maybe_of_the_same_person(both) == [second, first]
    assert maybe_of_the_same_person(first) == [both]
    page = signed_in(carla).get(f"/admin/requests_app/need/{need.pk}/change/").content.decode()
    assert HINT in page
    assert not AccessLogEntry.objects.exists()
    assert stored.leaks(("7946 0958", "79460958", "ana@people"), page) == []


@pytest.mark.django_db
def test_who_is_known_to_be_someone_else_is_not_hinted_at_again(carla):
    first, second = with_phone(SAME[0]), with_phone(SAME[1])
    mark_alike(first, other=second, by=coordinator(carla))
    assert maybe_of_the_same_person(first) == []
    assert maybe_of_the_same_person(second) == []


@pytest.mark.django_db
def test_where_no_one_is_alike_nothing_is_said(carla, signed_in):
    need = with_phone(SAME[0]).needs.get()
    with_phone("")
    page = signed_in(carla).get(f"/admin/requests_app/need/{need.pk}/change/").content.decode()
    assert HINT not in page


@pytest.mark.django_db
def test_who_was_erased_is_not_recognised():
    first, second = with_phone(SAME[0]), with_phone(SAME[1])
    erase_ask(first)
    assert maybe_of_the_same_person(second) == []
    assert maybe_of_the_same_person(first) == []
    assert not first.contact_points.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [None, ["phone"]])
def test_fingerprints_keep_in_step_with_what_is_changed(fields):
    ask, same = with_phone("555 0100"), with_phone(SAME[0])
    contact = AskContact.objects.get(ask=ask)
    contact.phone = SAME[1]
    contact.save(update_fields=fields)
    assert maybe_of_the_same_person(same) == [ask]
    assert ask.contact_points.count() == 1
