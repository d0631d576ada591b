"""The inbox: what of a partner is taken up, once, and what each other thing is answered with."""

import gzip
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.sessions.models import Session
from django.db.models import F
from django.test import Client

from mutualaid import clock
from mutualaid.partners import registry
from mutualaid.partners.inbox.receiving import MOST_IN_A_MINUTE, MOST_OPEN
from mutualaid.partners.inbox.views import MOST_BYTES
from mutualaid.partners.models import IncomingMessage, IncomingReferral, Partner
from mutualaid.partners.protocol import wire
from mutualaid.partners.protocol.addresses import INBOX
from mutualaid.partners.protocol.messages import Message, Ping, ReferralAsk, ReferralWithdraw
from mutualaid.partners.registry import NotBetweenUs, NotPossible
from mutualaid.partners.states import PartnerState
from tests.support import factories, partners, raw, scene
from tests.support.clock import travel
from tests.support.partner_messages import EXAMPLES
from tests.support.partners import OtherSite, answer_of
from tests.support.raw import Unread

pytestmark = pytest.mark.django_db
PING = Ping(name="Crown Heights")


def taken_up_by(monkeypatch: pytest.MonkeyPatch, kind: type[Message], receive: Any) -> None:
    monkeypatch.setitem(registry._receivers, kind.kind, (kind, receive))


def replayed(client: Client, crown: OtherSite, message: Message, times: int = 2) -> list[Any]:
    """The same request, again and again."""
    message_id = uuid4()
    body = wire.write(message, message_id=message_id)
    headers = crown.sign(body, message_id)
    return [partners.post(client, body, headers) for _ in range(times)]


def test_a_message_is_taken_up_once(crown: OtherSite, client: Client, heard: list[Message]):
    answer = crown.post(client, PING)
    assert (answer.status_code, answer_of(answer)) == (200, "taken up")
    assert heard == [PING]
    (row,) = IncomingMessage.objects.all()
    assert (row.partner, row.kind, row.status) == (crown.partner, "ping", 200)
    crown.partner.refresh_from_db()
    assert crown.partner.heard_at


def test_the_same_again_gets_the_same_answer_and_changes_no_row(
    crown: OtherSite, client: Client, heard: list[Message]
):
    (first,) = replayed(client, crown, PING, times=1)
    message_id = IncomingMessage.objects.get().message_id
    body = wire.write(PING, message_id=message_id)
    before = scene.record()
    for at in (clock.now(), clock.now() - timedelta(minutes=4), clock.now() + timedelta(minutes=4)):
        again = crown.post(client, body=body, message_id=message_id, at=at)
        assert (again.status_code, again.content) == (first.status_code, first.content)
    too_late = crown.post(
        client, body=body, message_id=message_id, at=clock.now() - timedelta(hours=1)
    )
    assert too_late.status_code == 401
    assert scene.record() == before
    assert heard == [PING]


def test_other_bytes_under_the_same_id_are_a_conflict(
    crown: OtherSite, client: Client, heard: list[Message]
):
    message_id = uuid4()
    crown.post(client, PING, message_id=message_id)
    before = scene.record()
    answer = crown.post(client, Ping(name="Another"), message_id=message_id)
    assert answer.status_code == 409
    assert scene.record() == before
    assert crown.post(client, PING, message_id=message_id).status_code == 200
    assert heard == [PING]


def test_two_partners_may_use_the_same_id(crown: OtherSite, client: Client, heard: list[Message]):
    message_id = uuid4()
    other = partners.other_site("Riverside")
    for site in (crown, other):
        assert site.post(client, PING, message_id=message_id).status_code == 200
    assert heard == [PING, PING]


@pytest.mark.parametrize(
    ("refusal", "status", "word"),
    [
        (NotBetweenUs(), 404, "not between us"),
        (NotPossible("not accepted"), 422, "not accepted"),
    ],
)
def test_what_was_refused_for_what_it_says_stays_refused(
    crown: OtherSite, client: Client, monkeypatch: pytest.MonkeyPatch, refusal, status, word
):
    """A contact that came too early must not be taken by whoever sends it a second time."""

    def refuse(partner: Partner, _message: Ping) -> None:
        Partner.objects.filter(pk=partner.pk).update(name="written, and taken back")
        raise refusal

    taken_up_by(monkeypatch, Ping, refuse)
    message_id = uuid4()
    first = crown.post(client, PING, message_id=message_id)
    assert (first.status_code, answer_of(first)) == (status, word)
    taken_up_by(monkeypatch, Ping, lambda _partner, _message: None)
    again = crown.post(client, PING, message_id=message_id)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert Partner.objects.get().name == "Crown Heights"


def test_of_what_was_refused_no_word_is_kept(crown: OtherSite, client: Client):
    message_id = uuid4()
    body = wire.write(PING, message_id=message_id).replace(b'"ping"', b'"gossip"')
    answer = crown.post(client, body=body, message_id=message_id)
    assert (answer.status_code, answer_of(answer)) == (422, "unreadable: kind")
    row = IncomingMessage.objects.values().get()
    assert "gossip" not in str(row)
    assert "Crown" not in str(row)


def test_a_fault_of_ours_is_not_noted_so_that_it_may_come_again(
    crown: OtherSite, client: Client, monkeypatch: pytest.MonkeyPatch, heard: list[Message]
):
    takes = registry._receivers[Ping.kind][1]

    def stumble(partner: Partner, _message: Ping) -> None:
        Partner.objects.filter(pk=partner.pk).update(name="half done")
        raise RuntimeError

    taken_up_by(monkeypatch, Ping, stumble)
    client.raise_request_exception = False
    message_id = uuid4()
    assert crown.post(client, PING, message_id=message_id).status_code == 500
    assert not IncomingMessage.objects.exists()
    assert Partner.objects.get().name == "Crown Heights"
    taken_up_by(monkeypatch, Ping, takes)
    assert crown.post(client, PING, message_id=message_id).status_code == 200
    assert heard == [PING]


def test_what_the_database_cannot_hold_is_refused_for_good(
    crown: OtherSite, client: Client, monkeypatch: pytest.MonkeyPatch
):
    """As a fault it would come again for days, and all else wait behind it."""

    def overflow(partner: Partner, _message: Ping) -> None:
        Partner.objects.filter(pk=partner.pk).update(name="half done")
        Partner.objects.filter(pk=partner.pk).update(key_number=10**30)

    taken_up_by(monkeypatch, Ping, overflow)
    answer = crown.post(client, PING)
    assert (answer.status_code, answer_of(answer)) == (422, "unreadable: value")
    assert Partner.objects.get().name == "Crown Heights"


def test_what_is_noted_of_a_refusal_stays(
    crown: OtherSite, client: Client, monkeypatch: pytest.MonkeyPatch
):
    def differ(partner: Partner, _message: Ping) -> None:
        row = Partner.objects.filter(pk=partner.pk)
        row.update(phone="taken back")
        raise NotPossible("differs", note=lambda: row.update(name="it differs"))

    taken_up_by(monkeypatch, Ping, differ)
    assert answer_of(crown.post(client, PING)) == "differs"
    found = Partner.objects.get()
    assert (found.phone, found.name) == ("555 0199", "it differs")


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda message: message.kind)
def test_a_message_that_no_one_takes_up_is_refused(
    crown: OtherSite, client: Client, monkeypatch: pytest.MonkeyPatch, message: Message
):
    monkeypatch.delitem(registry._receivers, message.kind, raising=False)
    answer = crown.post(client, message)
    assert (answer.status_code, answer_of(answer)) == (422, "unreadable: kind")


def test_the_id_that_is_signed_and_the_one_that_is_written_are_one(
    crown: OtherSite, client: Client, heard: list[Message]
):
    body = wire.write(PING, message_id=uuid4())
    answer = crown.post(client, body=body, message_id=uuid4())
    assert (answer.status_code, answer_of(answer)) == (422, "unreadable: id")
    assert not heard


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


BODY = wire.write(PING, message_id=UUID(int=7))
UNREADABLE = {
    "cut": BODY[:-1],
    "doubled": BODY + BODY,
    "packed": gzip.compress(b" " * 10_000_000),
    "nested 10,000 deep": b"[" * 10_000 + b"]" * 10_000,
    "only opened": b'{"a":' * 10_000,
    "UTF-16": BODY.decode().encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + BODY,
    "a key twice": BODY.replace(b'"kind"', b'"kind":"ping","kind"'),
    "a number of 400 digits": BODY.replace(b'"kind"', b'"n":' + b"9" * 400 + b',"kind"'),
    "NaN": BODY.replace(b'"kind"', b'"n":NaN,"kind"'),
    "a NUL": BODY.replace(b"Crown", b"Cr\\u0000wn"),
    "a list": b"[" + BODY + b"]",
    "no text at all": bytes(range(256)),
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_well_signed_and_cannot_be_read_is_refused_for_good(
    crown: OtherSite, client: Client, heard: list[Message], body: bytes
):
    first, again = (crown.post(client, body=body, message_id=UUID(int=7)) for _ in range(2))
    assert first.status_code == 422
    assert answer_of(first).startswith("unreadable: ")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert IncomingMessage.objects.get().kind == ""
    assert crown.post(client, body=BODY, message_id=UUID(int=7)).status_code == 409
    assert not heard


def test_no_session_and_no_cookie_come_of_it(
    crown: OtherSite, client: Client, heard: list[Message]
):
    answer = crown.post(client, PING)
    assert not answer.cookies
    assert not Session.objects.exists()
    assert "no-store" in answer.headers["Cache-Control"]


def test_in_the_clear_nothing_is_taken_and_no_one_is_led_on(
    crown: OtherSite, client: Client, settings: Any, heard: list[Message]
):
    settings.SECURE_SSL_REDIRECT = True
    assert crown.post(client, PING).status_code == 403
    assert not heard


def test_whoever_looks_there_in_a_browser_is_led_to_a_page(crown: OtherSite, client: Client):
    answer = client.get(INBOX)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/about/")


def _told_in_headers(answer: Any) -> tuple[tuple[str, str], ...]:
    """But for the second in which it was answered, and the number of the request."""
    told = dict(answer.headers)
    del told["Expires"], told["X-Request-ID"]
    return tuple(sorted(told.items()))


def _page(answer: Any) -> str:
    """Without its own address, and without the token of its forms."""
    page = answer.content.decode().replace("/partners/inbox/nowhere/", INBOX)
    return re.sub(r'value="\w{64}"', "", page)
