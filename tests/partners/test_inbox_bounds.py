"""How much of a partner the inbox takes, and what it refuses before it reads a byte."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import F
from django.test import Client

from mutualaid import clock
from mutualaid.partners.inbox.receiving import MOST_IN_A_MINUTE, MOST_OPEN
from mutualaid.partners.inbox.views import MOST_BYTES
from mutualaid.partners.models import IncomingMessage, IncomingReferral
from mutualaid.partners.protocol import wire
from mutualaid.partners.protocol.addresses import INBOX
from mutualaid.partners.protocol.messages import Message, ReferralAsk, ReferralWithdraw
from tests.support import factories, partners, raw
from tests.support.partners import PING, OtherSite, answer_of, replayed, taken_up_by
from tests.support.raw import Unread

pytestmark = pytest.mark.django_db


class TestHowMuch:
    """Sixty a minute, two hundred needs at once, and 64 kB."""

    def test_the_sixty_first_of_a_minute_waits_and_is_taken_then(
        self, crown: OtherSite, client: Client, heard: list[Message]
    ):
        for _ in range(MOST_IN_A_MINUTE):
            assert crown.post(client, PING).status_code == 200
        message_id = uuid4()
        answer = crown.post(client, PING, message_id=message_id)
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
        assert len(heard) == MOST_IN_A_MINUTE == 60
        other = partners.other_site("Riverside")
        assert other.post(client, PING).status_code == 200
        IncomingMessage.objects.update(received_at=F("received_at") - timedelta(minutes=1))
        assert crown.post(client, PING, message_id=message_id).status_code == 200

    def test_messages_of_a_clock_that_was_ahead_hold_up_no_one(
        self, crown: OtherSite, client: Client, heard: list[Message]
    ):
        for _ in range(MOST_IN_A_MINUTE):
            crown.post(client, PING)
        IncomingMessage.objects.update(received_at=F("received_at") + timedelta(hours=1))
        assert crown.post(client, PING).status_code == 200

    def test_with_two_hundred_open_no_more_is_asked_and_all_else_goes_on(
        self, crown: OtherSite, client: Client, monkeypatch: pytest.MonkeyPatch
    ):
        asked: list[Message] = []
        taken_up_by(monkeypatch, ReferralAsk, lambda _partner, message: asked.append(message))
        taken_up_by(monkeypatch, ReferralWithdraw, lambda _partner, _message: None)
        IncomingReferral.objects.bulk_create(
            IncomingReferral(partner=crown.partner, public_id=uuid4(), answer_by=clock.now())
            for _ in range(MOST_OPEN)
        )
        answer = crown.post(client, partners.an_ask())
        assert (answer.status_code, answer_of(answer)) == (429, "too many are open")
        assert int(answer.headers["Retry-After"]) > 60
        assert crown.post(client, ReferralWithdraw(uuid4())).status_code == 200
        assert partners.other_site("Riverside").post(client, partners.an_ask()).status_code == 200
        first = IncomingReferral.objects.order_by("pk").first()
        assert first
        IncomingReferral.objects.filter(pk=first.pk).update(state="withdrawn", ended_at=clock.now())
        assert crown.post(client, partners.an_ask()).status_code == 200
        assert (len(asked), MOST_OPEN) == (2, 200)

    def test_64_kilobytes_are_read_and_a_byte_more_is_not(
        self, crown: OtherSite, client: Client, heard: list[Message]
    ):
        message_id = uuid4()
        body = wire.write(PING, message_id=message_id)
        filled = body + b" " * (MOST_BYTES - len(body))
        assert crown.post(client, body=filled, message_id=message_id).status_code == 200
        answer = crown.post(client, body=filled + b" ", message_id=uuid4())
        assert (answer.status_code, MOST_BYTES) == (413, 65_536)

    def test_a_replay_counts_for_nothing(
        self, crown: OtherSite, client: Client, heard: list[Message]
    ):
        answers = replayed(client, crown, PING, times=MOST_IN_A_MINUTE + 5)
        assert {answer.status_code for answer in answers} == {200}
        assert crown.post(client, PING).status_code == 200


class TestUnread:
    """What is refused before a byte of it is read."""

    def test_without_partners_there_is_no_such_page(self, crown: OtherSite, client: Client):
        factories.set_policy(has_partners=False)
        nowhere = client.post("/partners/inbox/nowhere/")
        for answer in (
            crown.post(client, PING),
            client.get(INBOX),
            client.post(INBOX, data=b"x" * 100_000, content_type="text/plain"),
        ):
            assert answer.status_code == 404
            assert _page(answer) == _page(nowhere)

    @pytest.mark.parametrize(
        "content_type",
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "",
         "application/jsonp", "text/json", "application/json, text/plain", "application/ld+json"],
    )  # fmt: skip
    def test_only_json_is_taken(self, crown: OtherSite, client: Client, content_type: str):
        answer = crown.post(client, PING, headers={"Content-Type": content_type})
        assert answer.status_code == 415

    @pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "identity, gzip", "GZIP", ""])
    def test_nothing_packed_is_taken(self, crown: OtherSite, client: Client, encoding: str):
        answer = crown.post(client, PING, headers={"Content-Encoding": encoding})
        assert answer.status_code == 415

    def test_what_is_not_packed_may_say_so(
        self, crown: OtherSite, client: Client, heard: list[Message]
    ):
        for encoding in ("identity", "Identity"):
            answer = crown.post(client, PING, headers={"Content-Encoding": encoding})
            assert answer.status_code == 200

    @pytest.mark.parametrize("length", ["65537", "99999999999", "-1", "1e3", "0x10", "٥", "5 5"])
    def test_a_length_above_64_kilobytes_or_that_is_none_is_refused(
        self, crown: OtherSite, client: Client, length: str
    ):
        answer = client.post(
            INBOX, data=b"{}", content_type="application/json", CONTENT_LENGTH=length
        )
        assert answer.status_code == 413

    @pytest.mark.parametrize(
        ("size", "content_type", "others", "status"),
        [
            (70_000, "application/json", {}, 413),
            (70, "multipart/form-data; boundary=x", {}, 415),
            (70, "application/x-www-form-urlencoded", {}, 415),
            (70, "application/json", {"HTTP_CONTENT_ENCODING": "gzip"}, 415),
        ],
    )
    def test_nothing_of_it_is_read(self, crown, size, content_type, others, status):
        body = Unread(b"x" * size)
        answer = raw.send("POST", INBOX.encode(), body, content_type, **others)
        assert (answer.status, body.taken) == (status, 0)

    def test_a_body_that_breaks_off_is_no_fault_of_ours(self, crown: OtherSite):
        class BreaksOff(BytesIO):
            def read(self, *_: Any) -> bytes:
                raise ConnectionResetError

        answer = raw.send("POST", INBOX.encode(), BreaksOff(b"x" * 70), "application/json")
        assert answer.status == 400


def _page(answer: Any) -> str:
    """Without its own address, and without the token of its forms."""
    page = answer.content.decode().replace("/partners/inbox/nowhere/", INBOX)
    return re.sub(r'value="\w{64}"', "", page)
