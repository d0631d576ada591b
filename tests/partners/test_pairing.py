"""From an address to a partner: read, compared, agreed; paused, resumed and ended by anyone at once."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction

from mutualaid.partners import keys, outbox
from mutualaid.partners.actions import pairing
from mutualaid.partners.discovery import NotRead, SiteDescription, Trouble
from mutualaid.partners.models import OutgoingMessage, Partner
from mutualaid.partners.protocol.messages import Ping, ReferralErase, ReferralWithdraw
from mutualaid.partners.signals import partner_ended
from mutualaid.partners.states import MessageState, PartnerState
from mutualaid.people.models import Role
from mutualaid.singleton.guards import DecidedTogether
from mutualaid.transitions import StateChanged
from tests.support import factories, partners, voting
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db
CROWN = SiteDescription("https://crown.example", "Crown Heights", "555 0199", "ab" * 32)


@pytest.fixture
def dora(db):
    return factories.person("Dora", Role.COORDINATOR)


@pytest.fixture
def read(carla):
    factories.set_policy(has_partners=True)
    return pairing.add_partner(CROWN, by=carla)


@pytest.fixture
def compared(read, carla):
    pairing.compare_digits(read, by=carla)
    return read


@pytest.fixture
def live(compared, dora):
    pairing.agree(compared, by=dora)
    return compared


@contextmanager
def refused(trouble: Trouble) -> Iterator[None]:
    with pytest.raises(NotRead) as error:
        yield
    assert error.value.trouble == trouble


def test_a_site_that_was_read_waits_for_its_digits_to_be_compared(read):
    assert (read.state, read.name, read.public_key) == ("read", "Crown Heights", CROWN.public_key)
    assert read.our_key == keys.current_key()


def test_two_coordinators_and_the_digits_make_a_partner(read, carla, dora):
    pairing.compare_digits(read, by=carla)
    assert (read.state, read.compared_by) == ("compared", carla)
    pairing.agree(read, by=dora)
    assert (read.state, read.agreed_by) == ("live", dora)
    assert list(Partner.objects.live()) == [read]


def test_who_compared_does_not_agree_as_well(compared, carla, dora):
    with pytest.raises(pairing.SecondPerson):
        pairing.agree(compared, by=carla)
    compared.refresh_from_db()
    assert (compared.state, compared.live_at) == ("compared", None)


def test_the_only_coordinator_of_a_small_group_agrees_alone(compared, carla):
    factories.person("Old Dora", Role.COORDINATOR, is_active=False)
    pairing.agree(compared, by=carla)
    assert compared.state == "live"


def test_where_members_decide_no_coordinator_agrees(compared, dora):
    voting.together()
    voting.member()
    with pytest.raises(DecidedTogether):
        pairing.agree(compared, by=dora)
    compared.refresh_from_db()
    assert compared.state == "compared"


def test_no_one_agrees_before_the_digits_were_compared(read, dora):
    with pytest.raises(StateChanged):
        pairing.agree(read, by=dora)


def test_what_differs_ends_and_can_be_read_anew(read, carla):
    pairing.end(read, by=carla, differs=True)
    assert (read.state, read.live_at) == ("ended", None)
    again = pairing.add_partner(CROWN, by=carla)
    assert again.pk != read.pk
    assert again.state == "read"


def test_a_site_is_on_the_list_once_however_it_is_spelled(read, carla, monkeypatch):
    monkeypatch.setattr(pairing, "read_site", lambda site: pytest.fail(f"{site} was called"))
    for typed in ("crown.example", "HTTPS://Crown.Example/", "http://crown.example.:443"):
        with refused(Trouble.SITE_KNOWN):
            pairing.read_partner(typed, by=carla)


def test_a_key_that_another_site_has_is_refused(read, carla):
    with refused(Trouble.KEY_KNOWN):
        pairing.add_partner(
            SiteDescription("https://mallory.example", "Crown Heights", "", CROWN.public_key),
            by=carla,
        )
    assert Partner.objects.count() == 1


def test_nor_is_one_that_it_had_before(read, carla):
    Partner.objects.update(previous_key="ef" * 32)
    with refused(Trouble.KEY_KNOWN):
        pairing.add_partner(SiteDescription("https://x.example", "X", "", "ef" * 32), by=carla)


def test_our_own_key_under_another_address_is_our_own_site(read, carla):
    ours = keys.current_key().public_key
    with refused(Trouble.OWN_SITE):
        pairing.add_partner(SiteDescription("https://x.example", "X", "", ours), by=carla)


def test_pausing_resuming_and_ending_twice_is_the_same_as_once(live, carla, dora):
    for step, state in (
        (pairing.pause, "paused"),
        (pairing.resume, "live"),
        (pairing.pause, "paused"),
        (pairing.end, "ended"),
    ):
        for by in (carla, dora):
            step(live, by=by)
            assert live.state == state
    ended_at = live.ended_at
    pairing.end(live, by=carla)
    assert live.ended_at == ended_at
    assert not Partner.objects.live().exists()


@pytest.mark.parametrize(
    "step", [pairing.pause, pairing.resume, pairing.compare_digits, pairing.agree]
)
def test_what_ended_does_not_come_back(live, carla, dora, step):
    pairing.end(live, by=dora)
    with pytest.raises(StateChanged):
        step(live, by=carla)


def test_at_the_end_what_waits_is_cancelled_but_for_taking_back_and_erasing(live, carla):
    referral = live.public_id
    with transaction.atomic():
        for message in (Ping(), ReferralWithdraw(referral), ReferralErase(referral)):
            outbox.send(live, message)
    heard = []

    def hear(partner: Partner, **_more: object) -> None:
        heard.append((partner.pk, connection.in_atomic_block))

    partner_ended.connect(hear)
    try:
        pairing.end(live, by=carla)
        pairing.end(live, by=carla)
    finally:
        partner_ended.disconnect(hear)
    assert heard == [(live.pk, True)]
    states = dict(OutgoingMessage.objects.values_list("kind", "state"))
    assert states == {
        "ping": MessageState.CANCELLED,
        "referral.withdraw": MessageState.WAITING,
        "referral.erase": MessageState.WAITING,
    }
    assert OutgoingMessage.objects.get(kind="ping").body == ""


def test_the_database_holds_one_row_for_a_site_and_for_a_key():
    crown = partners.other_site().partner
    for fields in ({"site": crown.site, "public_key": "cd" * 32}, {"public_key": crown.public_key}):
        values = {"site": "https://x.example", "name": "X", "our_key": crown.our_key} | fields
        with pytest.raises(IntegrityError), transaction.atomic():
            Partner.objects.create(**values)


@pytest.mark.parametrize(
    "values", [{"state": "live"}, {"state": "compared"}, {"state": "ended"}, {"state": "friends"}]
)
def test_no_state_is_skipped_whoever_writes(read, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        Partner.objects.filter(pk=read.pk).update(**values)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_read_a_site_at_once_one_puts_it_on_the_list(carla, dora):
    factories.set_policy(has_partners=True)

    def add(by):
        try:
            return pairing.add_partner(CROWN, by=by).pk
        except NotRead as error:
            return error.trouble

    got = at_once([lambda: add(carla), lambda: add(dora)])
    assert Partner.objects.count() == 1
    assert Trouble.SITE_KNOWN in got


@pytest.mark.django_db(transaction=True)
def test_of_two_steps_at_once_each_leaves_a_state_that_can_be(carla, dora):
    factories.set_policy(has_partners=True)
    eve = factories.person("Eve", Role.COORDINATOR)
    partner = pairing.add_partner(CROWN, by=carla)
    pairing.compare_digits(partner, by=carla)

    def fresh() -> Partner:
        return Partner.objects.get(pk=partner.pk)

    def end() -> str:
        pairing.end(fresh(), by=carla)
        return "ended"

    def agree(by) -> str:
        try:
            pairing.agree(fresh(), by=by)
        except StateChanged:
            return "too late"
        return "agreed"

    got = at_once([lambda: agree(dora), lambda: agree(eve), end])
    assert got[2] == "ended"
    row = fresh()
    assert row.state == PartnerState.ENDED
    assert (row.live_at is None) == ("agreed" not in got)
