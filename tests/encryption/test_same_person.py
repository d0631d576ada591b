"""The same phone or e-mail is found again, without a look at it, and nothing is refused because of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutualaid.encryption.blind_index import index_values
from requests_app.actions import Details, erase_need
from requests_app.admin.duplicates import maybe_of_the_same_person
from requests_app.models import AccessLogEntry, Need, NeedContact
from tests.support import factories, stored

SAME = ("+44 20 7946 0958", "020 7946 0958", "(020) 7946-0958", "0044 2079460958", "٠٢٠٧٩٤٦٠٩٥٨")
HINT = "Possibly the same person has asked before"


def test_one_number_is_one_number_however_it_is_written():
    assert len({tuple(index_values("phone", phone)) for phone in SAME}) == 1


@pytest.mark.parametrize("phone", ["", "none", "ring twice", "12 34", "+"])
def test_what_is_no_number_is_like_no_other(phone):
    assert index_values("phone", phone) == []


def test_letters_of_an_address_may_be_small_or_great():
    assert index_values("email", " Ana@People.Example ") == index_values(
        "email", "ana@people.example"
    )
    assert index_values("email", "ana@people.example") != index_values(
        "phone", "ana@people.example"
    )


@given(st.text(max_size=60))
def test_whatever_is_typed_has_an_index(text):
    for kind in ("phone", "email"):
        assert all(len(value) == 32 for value in index_values(kind, text))


def with_phone(phone: str, email: str = "") -> Need:
    return factories.need(details=Details(name="Ana", phone=phone, email=email))


@pytest.mark.django_db
def test_coordinators_see_who_possibly_asked_before(carla, signed_in):
    first = with_phone(SAME[0])
    second = with_phone("555 0100", "ana@people.example")
    both = with_phone(SAME[1], "ANA@people.example")
    with_phone("555 0177", "somebody@people.example")
    assert both.state == "open", "nobody is refused or held back for asking twice"
    assert maybe_of_the_same_person(both) == [second, first]
    assert maybe_of_the_same_person(first) == [both]
    desk = signed_in(carla)
    page = desk.get(f"/admin/requests_app/need/{both.pk}/change/").content.decode()
    assert HINT in page
    assert f"/admin/requests_app/need/{first.pk}/change/" in page
    assert not AccessLogEntry.objects.exists()
    assert stored.leaks(("7946", "ana@people"), page) == []


@pytest.mark.django_db
def test_where_nobody_is_alike_nothing_is_said(carla, signed_in):
    need = with_phone(SAME[0])
    with_phone("")
    page = signed_in(carla).get(f"/admin/requests_app/need/{need.pk}/change/").content.decode()
    assert HINT not in page


@pytest.mark.django_db
def test_who_was_erased_is_not_recognised():
    first, second = with_phone(SAME[0]), with_phone(SAME[1])
    erase_need(first)
    assert maybe_of_the_same_person(second) == []
    assert maybe_of_the_same_person(first) == []
    assert set(NeedContact.objects.values_list("phone_index", flat=True).filter(pk=first.pk)) == {
        ""
    }


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["save", "save that field", "update", "bulk"])
def test_the_index_keeps_in_step_whichever_way_it_is_changed(way):
    need, same = with_phone("555 0100"), with_phone(SAME[0])
    contact = NeedContact.objects.get(need=need)
    contact.phone = SAME[1]
    {
        "save": contact.save,
        "save that field": lambda: contact.save(update_fields=["phone"]),
        "update": lambda: NeedContact.objects.filter(need=need).update(phone=SAME[1]),
        "bulk": lambda: NeedContact.objects.bulk_update([contact], ["phone"]),
    }[way]()
    assert maybe_of_the_same_person(same) == [need]
