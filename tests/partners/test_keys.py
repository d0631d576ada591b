"""Our own key, made once, and the digits that two groups compare."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from mutualaid.partners import keys
from mutualaid.partners.models import SigningKey
from tests.support.at_once import at_once
from tests.support.partners import key_pair

KEYS = st.binary(min_size=32, max_size=32).map(bytes.hex)
OURS, THEIRS = "0a" * 32, "ff" * 32


@pytest.mark.django_db
def test_a_key_is_made_when_it_is_first_asked_for_and_stays():
    first = keys.current_key()
    assert keys.current_key() == first
    assert SigningKey.objects.count() == 1
    assert first.seed != first.public_key


@pytest.mark.django_db
def test_a_retired_key_is_followed_by_a_new_one():
    first = keys.current_key()
    with pytest.raises(IntegrityError), transaction.atomic():
        keys.make_key()
    SigningKey.objects.update(retired_at=timezone.now())
    second = keys.current_key()
    assert second.public_key != first.public_key
    assert SigningKey.objects.count() == 2


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_who_asks_first_at_the_same_time_gets_the_same_key():
    found = at_once([lambda: keys.current_key().public_key] * 8)
    assert len(set(found)) == 1
    assert SigningKey.objects.count() == 1


def test_the_digits_can_be_read_out():
    """They are an agreement with other groups' sites: both have to show the same."""
    assert keys.digits(OURS, THEIRS) == [
        "35261",
        "17982",
        "49722",
        "74724",
        "21715",
        "20467",
        "25569",
        "31993",
    ]
    assert all(re.fullmatch("[0-9]{5}", group) for group in keys.digits(OURS, THEIRS))


@given(KEYS, KEYS)
def test_both_sites_show_the_same_and_another_key_gives_others(one: str, other: str):
    digits = keys.digits(one, other)
    assert digits == keys.digits(other, one)
    assert len(digits) == 8
    assert digits != keys.digits(one, key_pair().public_key)
