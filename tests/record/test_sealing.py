"""Numbers and seals: each entry once, in order, however many seal at once and however late one commits."""

from hashlib import sha256
from threading import Event, Thread

import pytest
from django.db import connection, transaction
from django.test import override_settings
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from mutualaid.policy.actions import change_policy
from mutualaid.record import sealing, seals, signing
from mutualaid.record.checking import check_record
from mutualaid.record.models import RecordEntry, Seal
from mutualaid.record.tasks import sweep
from tests.support import factories, recorded
from tests.support.at_once import at_once

RFC_6962 = (
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
)
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
"""Of the first so many leaves, as the logs of Certificate Transparency test theirs."""


@pytest.mark.parametrize("size", ROOTS)
def test_the_tree_is_that_of_rfc_6962(size):
    leaves = [sha256(b"\0" + bytes.fromhex(data)).hexdigest() for data in RFC_6962[:size]]
    assert seals.root(leaves) == ROOTS[size]


def test_a_seal_numbers_what_waits_and_stands_upon_the_one_before(kept):
    first, second = recorded.sealed(3, 2)
    assert (first.first_number, first.last_number, first.previous) == (1, 3, seals.BEGINNING)
    assert (second.first_number, second.last_number, second.previous) == (4, 5, first.head)
    assert list(RecordEntry.objects.order_by("number").values_list("number", "seal")) == [
        (1, 1), (2, 1), (3, 1), (4, 2), (5, 2),
    ]  # fmt: skip
    assert signing.is_signed(second.head, second.signature, second.public_key)
    assert check_record().number == 5


def test_without_anything_new_there_is_no_seal(kept):
    recorded.sealed(1)
    assert recorded.seal() == []
    sweep()
    assert Seal.objects.count() == 1


def test_more_than_one_seal_holds_are_several_seals(kept, monkeypatch):
    monkeypatch.setattr(sealing, "AT_ONCE", 4)
    recorded.happen(*range(1, 11))
    sweep()
    assert [seal.size for seal in Seal.objects.order_by("number")] == [4, 4, 2]
    assert check_record().number == 10


def test_what_was_written_before_the_record_was_switched_off_is_sealed(kept):
    recorded.happen(1)
    change_policy(by=None, changes={"has_record": False})
    sweep()
    kinds = RecordEntry.objects.order_by("number").values_list("kind", flat=True)
    assert list(kinds) == ["test.thing", "rule.value", "record.ended"]
    assert check_record().number == 3


def test_another_key_is_said_in_the_record_and_old_seals_still_hold(kept, settings):
    recorded.sealed(2)
    old = signing.public_key()
    with override_settings(SECRET_KEY="another one, long enough to be a key of a site"):
        assert recorded.seal() == []
        recorded.sealed(1)
        new = signing.public_key()
        assert check_record().public_key == new
    assert list(Seal.objects.order_by("number").values_list("public_key", flat=True)) == [old, new]
    told = RecordEntry.objects.get(kind="record.key")
    assert (told.seal_id, told.facts) == (2, {"key": signing.fingerprint(new)})


def test_of_twelve_that_seal_at_once_each_number_is_given_once(kept_for_good):
    recorded.happen(*range(1, 41))
    at_once([recorded.seal] * 12)
    recorded.seal()
    assert list(RecordEntry.objects.order_by("number").values_list("number", flat=True)) == list(
        range(1, 41)
    )
    assert check_record().number == 40


def test_writers_and_sealers_at_once_lose_nothing(kept_for_good):
    def write():
        for n in range(5):
            recorded.happen(n)

    at_once([write, recorded.seal] * 6)
    recorded.seal()
    numbers = RecordEntry.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, 31))
    assert check_record().number == 30


def test_a_transaction_that_ends_late_is_in_the_next_seal(kept_for_good):
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite one writes at a time")
    written, may_end = Event(), Event()

    def late():
        with transaction.atomic():
            recorded.happen(1)
            written.set()
            may_end.wait()
        connection.close()

    thread = Thread(target=late)
    thread.start()
    written.wait()
    recorded.happen(2)
    first = recorded.seal()
    may_end.set()
    thread.join()
    second = recorded.seal()
    assert [seal.size for seal in first + second] == [1, 1]
    in_order = RecordEntry.objects.order_by("number").values_list("facts__n", flat=True)
    assert list(in_order) == [2, 1]
    early, lower = RecordEntry.objects.order_by("number")
    assert early.pk > lower.pk
    assert check_record().number == 2


class AnyOrder(TestCase):
    """Whatever order entries and seals come in."""

    @given(steps=st.lists(st.sampled_from("aabrs"), max_size=25))
    @settings(max_examples=40)
    def test_every_entry_that_stayed_is_sealed_once(self, steps):
        factories.set_policy(has_record=True)
        stayed = []
        for n, step in enumerate(steps):
            if step == "s":
                recorded.seal()
                continue
            many = [n * 10, n * 10 + 1] if step == "b" else [n * 10]
            try:
                with transaction.atomic():
                    recorded.happen(*many)
                    if step == "r":
                        raise ZeroDivisionError
                stayed += many
            except ZeroDivisionError:
                pass
        recorded.seal()
        assert check_record().number == len(stayed)
        found = RecordEntry.objects.order_by("number").values_list("facts__n", flat=True)
        assert list(found) == stayed
