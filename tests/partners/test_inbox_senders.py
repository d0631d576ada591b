"""Whom the inbox listens to: live partners with a good signature of now, and who gets which answer."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from mutualaid import clock
from mutualaid.partners.models import IncomingMessage, Partner
from mutualaid.partners.protocol import wire
from mutualaid.partners.protocol.addresses import INBOX
from mutualaid.partners.protocol.messages import Message, ReferralWithdraw
from mutualaid.partners.states import PartnerState
from tests.support import partners
from tests.support.clock import travel
from tests.support.partner_messages import EXAMPLES
from tests.support.partners import PING, OtherSite, taken_up_by

pytestmark = pytest.mark.django_db


class TestWhoIsAnswered:
    """Whoever is not a live partner with a good signature of now gets one answer, and no word more."""

    def test_it_is_the_same_for_each_reason(self, crown: OtherSite, client: Client, settings: Any):
        body = wire.write(PING, message_id=(message_id := uuid4()))
        signed = crown.sign(body, message_id)
        stranger = OtherSite(site="https://stranger.example", key=partners.key_pair())
        now, hour = clock.now(), timedelta(hours=1)
        states = [
            partners.other_site(state=state).post(client, PING)
            for state in PartnerState.values
            if state != PartnerState.LIVE
        ]
        answers = [
            stranger.post(client, PING),
            crown.post(client, PING, headers={"Signature": signed["Signature"]}),
            crown.post(client, PING, at=now - hour),
            crown.post(client, PING, at=now + hour),
            partners.post(client, body + b" ", signed),
            partners.post(client, body, signed | {"Signature-Input": "sig=()"}),
            partners.post(client, body, {}),
            *states,
        ]
        said = {(one.status_code, one.content, _told_in_headers(one)) for one in answers}
        assert len(said) == 1
        assert {one.status_code for one in answers} == {401}
        assert (len(states), len(answers)) == (4, 11)
        assert not IncomingMessage.objects.exists()

    def test_five_minutes_either_way_are_fine(
        self, crown: OtherSite, client: Client, heard: list[Message]
    ):
        now = clock.now().replace(microsecond=0)
        with travel(now):
            for seconds, status in ((-300, 200), (300, 200), (-302, 401), (302, 401)):
                at = now + timedelta(seconds=seconds)
                assert crown.post(client, PING, at=at).status_code == status, seconds

    def test_what_is_signed_for_another_site_is_not_taken(
        self, crown: OtherSite, client: Client, settings: Any
    ):
        """Whatever the Host header says: a site that was given our message cannot hand it on."""
        settings.ALLOWED_HOSTS = ["elsewhere.example", "testserver"]
        body = wire.write(PING, message_id=(message_id := uuid4()))
        elsewhere = f"https://elsewhere.example{INBOX}"
        signed = crown.sign(body, message_id, url=elsewhere)
        answer = partners.post(client, body, signed | {"Host": "elsewhere.example"})
        assert answer.status_code == 401

    def test_the_host_that_a_request_names_is_not_looked_at(
        self, crown: OtherSite, client: Client, settings: Any, heard: list[Message]
    ):
        settings.ALLOWED_HOSTS = ["elsewhere.example"]
        answer = crown.post(client, PING, headers={"Host": "elsewhere.example"})
        assert answer.status_code == 200

    def test_of_a_partner_whose_clock_is_wrong_we_know_it(
        self, crown: OtherSite, client: Client, heard: list[Message]
    ):
        crown.post(client, PING, at=clock.now() - timedelta(hours=1))
        crown.partner.refresh_from_db()
        since, ahead = crown.partner.clock_wrong_since, crown.partner.clock_off_seconds
        assert since
        assert ahead in range(-3660, -3595)
        crown.post(client, PING, at=clock.now() - timedelta(hours=2))
        crown.partner.refresh_from_db()
        assert crown.partner.clock_wrong_since == since
        assert crown.partner.clock_off_seconds in range(-7260, -7195)
        crown.post(client, PING)
        crown.partner.refresh_from_db()
        assert crown.partner.clock_wrong_since is None
        assert crown.partner.clock_off_seconds is None

    @pytest.mark.parametrize("year", [1970, 9999])
    def test_a_clock_may_be_off_by_thousands_of_years(
        self, crown: OtherSite, client: Client, year: int
    ):
        answer = crown.post(client, PING, at=datetime(year, 1, 2, tzinfo=UTC))
        assert answer.status_code == 401
        crown.partner.refresh_from_db()
        assert abs(crown.partner.clock_off_seconds or 0) > 10**9

    @pytest.mark.parametrize("state", [PartnerState.PAUSED, PartnerState.ENDED])
    def test_people_can_be_forgotten_after_all_else_is_over(
        self, client: Client, monkeypatch: pytest.MonkeyPatch, state: str
    ):
        """What is asked to be erased, and that it was: whoever ended it, and before they heard of it."""
        crown = partners.other_site(state=state, compared_at=clock.now(), live_at=clock.now())
        for message in EXAMPLES:
            taken_up_by(monkeypatch, type(message), lambda _partner, _message: None)
        taken = {
            message.kind for message in EXAMPLES if crown.post(client, message).status_code == 200
        }
        assert taken == {"referral.withdraw", "referral.erase", "referral.erased"}
        noted = IncomingMessage.objects.values_list("kind", flat=True)
        assert set(noted) == taken

    def test_who_never_was_a_partner_has_no_one_to_be_forgotten(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ):
        taken_up_by(monkeypatch, ReferralWithdraw, lambda _partner, _message: None)
        for state in (PartnerState.READ, PartnerState.COMPARED, PartnerState.ENDED):
            site = partners.other_site(state=state)
            assert site.post(client, ReferralWithdraw(uuid4())).status_code == 401

    def test_of_one_that_ended_and_began_anew_the_new_row_is_meant(
        self, crown: OtherSite, client: Client, heard: list[Message]
    ):
        values = Partner.objects.filter(pk=crown.partner.pk).values().get() | {"id": None}
        Partner.objects.update(state=PartnerState.ENDED, ended_at=clock.now())
        new = Partner.objects.create(**values | {"public_id": uuid4()})
        assert crown.post(client, PING).status_code == 200
        assert IncomingMessage.objects.get().partner == new

    def test_by_a_key_that_was_changed_only_known_messages_get_their_answer(
        self, crown: OtherSite, client: Client, heard: list[Message]
    ):
        """The answer to `key.rotate` may have been lost, and it is sent again with the key before."""
        message_id = uuid4()
        first = crown.post(client, PING, message_id=message_id)
        new = partners.key_pair()
        Partner.objects.update(public_key=new.public_key, previous_key=crown.key.public_key)
        again = crown.post(client, PING, message_id=message_id)
        assert (again.status_code, again.content) == (200, first.content)
        assert crown.post(client, PING).status_code == 401
        assert heard == [PING]
        crown.key = new
        assert crown.post(client, PING).status_code == 200

    def test_a_partner_that_names_anothers_old_key_as_its_own_gains_nothing(
        self, crown: OtherSite, client: Client, heard: list[Message]
    ):
        mallory = partners.other_site("Mallory")
        Partner.objects.filter(pk=mallory.partner.pk).update(previous_key=crown.key.public_key)
        assert crown.post(client, PING).status_code == 200
        assert IncomingMessage.objects.get().partner == crown.partner


def _told_in_headers(answer: Any) -> tuple[tuple[str, str], ...]:
    """But for the second in which it was answered, and the number of the request."""
    told = dict(answer.headers)
    del told["Expires"], told["X-Request-ID"]
    return tuple(sorted(told.items()))
