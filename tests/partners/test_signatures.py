"""Signatures of RFC 9421: its own vector, what we sign, and what pretends to be signed."""

import base64
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import ContentDigest, HTTPMessageSigner
from http_message_signatures.algorithms import ED25519
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mutualaid.partners import signatures
from mutualaid.partners.models import SigningKey
from mutualaid.partners.signatures import NotSigned
from tests.support.partners import key_pair

URL = "https://help.example.org/partners/inbox/"
BODY = b'{"kind":"ping"}'
MESSAGE_ID = UUID("1f2e3d4c-5b6a-4798-8a9b-0c1d2e3f4a5b")
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
CROWN, MALLORY = key_pair(), key_pair()
KNOWN = {key.public_key: key.public_key for key in (CROWN, MALLORY)}
Headers = dict[str, str]


def signed(body: bytes = BODY, *, key: SigningKey = CROWN, url: str = URL) -> Headers:
    return signatures.signed_headers(url, body, key, MESSAGE_ID, at=NOON)


def verified(headers: Headers, body: bytes = BODY, url: str = URL) -> signatures.Signature:
    return signatures.verified(url, body, headers, KNOWN.get)


def signed_otherwise(
    *,
    covered: tuple[str, ...] = signatures.COVERED,
    headers: Headers | None = None,
    method: str = "POST",
    url: str = URL,
    key: SigningKey = CROWN,
    **named: Any,
) -> Headers:
    """Sign with the library itself, with what we would never sign."""
    request = signatures._Request(
        method, url, {"Content-Type": "application/json", **(headers or {})}
    )
    ContentDigest.add(request.headers, BODY)
    HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=signatures._OwnKey(key)).sign(
        request,
        **{"key_id": key.public_key, "created": NOON, "nonce": str(MESSAGE_ID), **named},
        covered_component_ids=covered,
        use_existing_digest=True,
    )
    return request.headers


def rewritten(pattern: str, new: str) -> Headers:
    """Signed well, with something else written into Signature-Input."""
    headers = signed()
    changed = re.sub(pattern, new, headers["Signature-Input"])
    assert changed != headers["Signature-Input"]
    return headers | {"Signature-Input": changed}


def test_what_we_sign_is_found_good():
    assert verified(signed()) == signatures.Signature(CROWN.public_key, MESSAGE_ID, 1796126400)


def test_what_we_sign_is_what_we_say():
    headers = signed()
    assert headers.keys() == {"Content-Type", "Content-Digest", "Signature-Input", "Signature"}
    assert headers["Signature-Input"] == (
        'sig=("@method" "@target-uri" "content-type" "content-digest");created=1796126400;'
        f'keyid="{CROWN.public_key}";alg="ed25519";nonce="{MESSAGE_ID}"'
    )


# RFC 9421, B.1.4 and B.2.6.
SEED = base64.urlsafe_b64decode("n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU=")
OF_THE_RFC = {
    "Host": "example.com",
    "Date": "Tue, 20 Apr 2021 02:07:55 GMT",
    "Content-Type": "application/json",
    "Content-Length": "18",
}
COVERED_THERE = ("date", "@method", "@path", "@authority", "content-type", "content-length")
SIGNED_THERE = (
    "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgw"
    "UPiu4A0w6vuQv5lIp5WPpBKRCw==:"
)


def test_the_vector_of_the_rfc_is_made_and_found_good():
    key = SigningKey(seed=SEED.hex())
    request = signatures._Request("POST", "https://example.com/foo", dict(OF_THE_RFC))
    HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=signatures._OwnKey(key)).sign(
        request,
        key_id="test-key-ed25519",
        created=datetime.fromtimestamp(1618884473, UTC),
        label="sig-b26",
        include_alg=False,
        covered_component_ids=COVERED_THERE,
    )
    assert request.headers["Signature"] == SIGNED_THERE
    public_key = Ed25519PrivateKey.from_private_bytes(SEED).public_key().public_bytes_raw().hex()
    known = signatures._Keys({"test-key-ed25519": public_key}.get)
    verifier = signatures._Verifier(signature_algorithm=ED25519, key_resolver=known)
    (found,) = verifier.verify(request, max_age=None)
    assert found.parameters == {"created": 1618884473, "keyid": "test-key-ed25519"}


def _of_another_body() -> Headers:
    return signed(b'{"kind":"pong"}')


def _two_signatures() -> Headers:
    first, second = signed(), signed(key=MALLORY)
    return first | {
        name: f"{first[name]}, {second[name].replace('sig=', 'two=')}"
        for name in ("Signature-Input", "Signature")
    }


def _same_label_twice() -> Headers:
    first, second = signed(key=MALLORY), signed()
    names = ("Signature-Input", "Signature")
    return first | {name: f"{first[name]}, {second[name]}" for name in names}


def _of_another_label() -> Headers:
    headers = signed()
    return headers | {"Signature": headers["Signature"].replace("sig=", "other=")}


def _with_digest_of(body: bytes) -> Headers:
    return signed() | {"Content-Digest": signed(body)["Content-Digest"]}


def _digest_not_covered() -> Headers:
    return signed_otherwise(covered=("@method", "@target-uri", "content-type"))


def _half_covered() -> Headers:
    half = '"content-digest";key="sha-256"'
    return signed_otherwise(covered=("@method", "@target-uri", "content-type", half))


def _signature_of_zeros() -> Headers:
    return signed() | {"Signature": f"sig=:{base64.b64encode(bytes(64)).decode()}:"}


def _beyond_the_order() -> Headers:
    """The same signature with the order of the group added to its second half (RFC 8032, 5.1.7)."""
    headers = signed()
    raw = base64.b64decode(headers["Signature"].split(":")[1])
    order = 2**252 + 27742317777372353535851937790883648493
    higher = (int.from_bytes(raw[32:], "little") + order).to_bytes(32, "little")
    return headers | {"Signature": f"sig=:{base64.b64encode(raw[:32] + higher).decode()}:"}


def _without(name: str) -> Headers:
    headers = signed()
    del headers[name]
    return headers


FORGERIES: dict[str, Callable[[], Headers]] = {
    "another body": _of_another_body,
    "the digest of another body, unsigned": lambda: _with_digest_of(b"{}"),
    "no digest": lambda: _without("Content-Digest"),
    "a second digest that fits too": lambda: (
        signed() | {"Content-Digest": ", ".join([signed()["Content-Digest"]] * 2)}
    ),
    "a digest that is not covered": _digest_not_covered,
    "one member of the digest covered": _half_covered,
    "no signature": lambda: _without("Signature"),
    "no input": lambda: _without("Signature-Input"),
    "nothing signed": lambda: {"Content-Type": "application/json"},
    "empty headers": lambda: signed() | {"Signature": "", "Signature-Input": ""},
    "two signatures": _two_signatures,
    "one label twice": _same_label_twice,
    "another label": _of_another_label,
    "another's key id": lambda: rewritten(CROWN.public_key, MALLORY.public_key),
    "another's key": lambda: signed_otherwise(key=MALLORY, key_id=CROWN.public_key),
    "a key no one knows": lambda: signed(key=key_pair()),
    "a key that is no key": lambda: signed_otherwise(key_id="../../etc/passwd"),
    "no key id": lambda: rewritten(r';keyid="[^"]*"', ""),
    "a later created": lambda: rewritten("created=1796126400", "created=1796126460"),
    "no created": lambda: rewritten("created=1796126400;", ""),
    "a created that is text": lambda: rewritten("created=1796126400", 'created="1796126400"'),
    "another nonce": lambda: rewritten("1f2e3d4c", "1f2e3d4d"),
    "no nonce, signed": lambda: signed_otherwise(nonce=None),
    "a nonce that is no id, signed": lambda: signed_otherwise(nonce="again"),
    "a nonce spelled otherwise, signed": lambda: signed_otherwise(nonce=MESSAGE_ID.hex),
    "another algorithm": lambda: rewritten("ed25519", "hmac-sha256"),
    "no algorithm any more": lambda: rewritten(';alg="ed25519"', ""),
    "an end in a thousand years, signed": lambda: signed_otherwise(
        expires=NOON + timedelta(days=365_000)
    ),
    "a tag, signed": lambda: signed_otherwise(tag="other-application"),
    "an unknown parameter": lambda: rewritten("$", ";mood=1"),
    "less covered": lambda: rewritten(' "content-digest"', ""),
    "the order turned": lambda: rewritten('"@method" "@target-uri"', '"@target-uri" "@method"'),
    "the method not covered, signed": lambda: signed_otherwise(covered=signatures.COVERED[1:]),
    "the path alone, signed": lambda: signed_otherwise(
        covered=("@method", "@path", "content-type", "content-digest")
    ),
    "the type not covered, signed": lambda: signed_otherwise(
        covered=("@method", "@target-uri", "content-digest")
    ),
    "a date beside, signed": lambda: signed_otherwise(
        covered=(*signatures.COVERED, "date"), headers={"Date": "Tue, 01 Dec 2026 12:00:00 GMT"}
    ),
    "as if of an answer": lambda: rewritten('"content-type"', '"content-type";req'),
    "for another site": lambda: signed(url="https://other.example/partners/inbox/"),
    "for another page": lambda: signed(url="https://help.example.org/texts/"),
    "with a query": lambda: signed(url=f"{URL}?x=1"),
    "without TLS": lambda: signed(url=URL.replace("https", "http")),
    "another method": lambda: signed_otherwise(method="PUT"),
    "another type": lambda: signed() | {"Content-Type": "application/jsonl"},
    "zeros": _signature_of_zeros,
    "a signature a second time over": _beyond_the_order,
    "half a signature": lambda: signed() | {"Signature": signed()["Signature"][:40] + ":"},
    "a signature that is text": lambda: signed() | {"Signature": 'sig="abc"'},
    "very long": lambda: rewritten("$", ", a" * 400),
    "not of ASCII": lambda: rewritten("sig=", "sïg="),
    "a line break": lambda: rewritten("created", "\r\ncreated"),
}


@pytest.mark.parametrize("forged", FORGERIES.values(), ids=FORGERIES)
def test_what_is_not_signed_as_agreed_is_refused(forged: Callable[[], Headers]):
    headers = forged()
    with pytest.raises(NotSigned):
        verified(headers)


def test_a_body_changed_anywhere_cut_or_doubled_is_refused():
    headers = signed()
    others = [
        BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1 :] for place in range(len(BODY))
    ]
    for body in (*others, BODY[:-1], BODY + b"\n", BODY + BODY, b""):
        with pytest.raises(NotSigned):
            verified(headers, body)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["Signature-Input", "Signature", "Content-Digest"]), st.data())
def test_a_letter_changed_in_any_header_is_refused(name: str, data: st.DataObject):
    headers = signed()
    value = headers[name]
    place = data.draw(st.integers(0, len(value) - 1))
    letter = data.draw(st.characters(max_codepoint=255).filter(lambda one: one != value[place]))
    changed = headers | {name: value[:place] + letter + value[place + 1 :]}
    try:
        found = verified(changed)
    except NotSigned:
        return
    assert found == verified(headers)  # a label, a blank: nothing that it says


@given(st.sampled_from(["Signature-Input", "Signature", "Content-Digest"]), st.text(max_size=60))
def test_whatever_stands_in_a_header_is_refused_and_never_a_fault(name: str, value: str):
    with pytest.raises(NotSigned):
        verified(signed() | {name: value})


def test_a_key_that_no_one_knows_costs_a_check_too(monkeypatch):
    checked: list[bytes] = []
    real = ED25519.verify

    def verify(self: Any, signature: bytes, message: bytes) -> None:
        checked.append(message)
        real(self, signature, message)

    monkeypatch.setattr(ED25519, "verify", verify)
    for key in (key_pair(), MALLORY):
        with pytest.raises(NotSigned):
            verified(signed(key=key) | {"Signature": signed()["Signature"]})
    assert len(checked) == 2


def test_no_other_module_knows_the_library(request: pytest.FixtureRequest):
    importing = [
        str(path.relative_to(request.config.rootpath))
        for path in (request.config.rootpath / "mutualaid").rglob("*.py")
        if re.search(r"^\s*(import|from) http_message_signatures", path.read_text(), re.M)
    ]
    assert importing == ["mutualaid/partners/signatures.py"]
