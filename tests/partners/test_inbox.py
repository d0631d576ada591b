"""The inbox: what of a partner is taken up, once, and what each other thing is answered with."""

import gzip
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from mutualaid import clock
from mutualaid.partners import registry
from mutualaid.partners.models import IncomingMessage, Partner
from mutualaid.partners.protocol import wire
from mutualaid.partners.protocol.addresses import INBOX
from mutualaid.partners.protocol.messages import Message, Ping
from mutualaid.partners.registry import NotBetweenUs, NotPossible
from tests.support import partners, scene
from tests.support.partner_messages import EXAMPLES
from tests.support.partners import PING, OtherSite, answer_of, replayed, taken_up_by

pytestmark = pytest.mark.django_db


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
