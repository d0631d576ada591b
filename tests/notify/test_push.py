"""Notices on a device: encrypted for one browser, signed as ours, neutral, and sent nowhere else."""

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone
from py_vapid import Vapid02

from mutualaid.boundary import outbound
from mutualaid.boundary.outbound import named_endpoint
from mutualaid.matching import tasks as matching
from mutualaid.notify.channels.push import checked, public_key
from mutualaid.notify.models import Device, Notification
from mutualaid.notify.tasks import sweep
from requests_app.models import Need
from tests.support import factories
from tests.support.gateway import Gateway, gateway
from tests.support.people import rows, way_of, wishes

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.one_database]
MINE = ec.generate_private_key(ec.SECP256R1())
AUTH = b"sixteen bytes ok"
A_DAY = 86_400
PATH = "/messages/devices/"


def encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def decoded(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


POINT = MINE.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
KEYS = {"p256dh": encoded(POINT), "auth": encoded(AUTH)}


def browser(endpoint: str) -> dict[str, str]:
    """What a browser tells the page when it allows it."""
    return {"device": json.dumps({"endpoint": endpoint, "keys": KEYS})}


@pytest.fixture
def maker(monkeypatch) -> Iterator[Gateway]:
    """The maker of a browser, at the end of each connection that the site is allowed to make."""
    with gateway() as told:
        local = named_endpoint(f"http://127.0.0.1:{told.port}")
        connect = outbound.connection_to
        monkeypatch.setattr(
            outbound, "connection_to", lambda endpoint, **limits: connect(local, **limits)
        )
        yield told


@pytest.fixture
def device(sam, maker) -> Device:
    """Sam wants invitations in the browser of their phone alone."""
    wishes(sam, ways={"invitations": ["push"], "urgent": [], "tasks": []})
    endpoint = "https://fcm.googleapis.com/wake/abc"
    return Device.objects.create(user=sam, fingerprint="m", endpoint=endpoint, **KEYS)


def ask(sam) -> None:
    factories.offer(by=sam, per_week=9)
    factories.need()
    matching.sweep()
    sweep()


def test_one_browser_can_read_one_neutral_line(sam, device, maker):
    ask(sam)
    (asked,) = maker.asked
    said = json.loads(http_ece.decrypt(asked.raw, private_key=MINE, auth_secret=AUTH))
    row = Notification.objects.get(kind="need_fits")
    assert (way_of(row), row.state) == ("push", "sent")
    need = Need.objects.get()
    assert said["title"] == f"A need that fits you ({need.ask.code} #{need.pk % 1000})"
    assert said["url"].startswith("http://localhost:8000/help/")
    assert said["tag"] == str(row.pk)
    assert b"need" not in asked.raw


def test_it_is_signed_with_the_key_that_the_page_gives_to_browsers(sam, device, maker):
    ask(sam)
    headers = maker.asked[0].headers
    token, key = headers["Authorization"].removeprefix("vapid ").split(",")
    assert key == f"k={public_key()}"
    assert Vapid02.verify(headers["Authorization"])
    assert token.startswith("t=")
    claims = json.loads(decoded(token.split(".")[1]))
    assert claims["aud"] == "https://fcm.googleapis.com"
    assert 0 < claims["exp"] - time.time() <= A_DAY, "RFC 8292 allows no more"
    assert claims["sub"].startswith("mailto:")
    assert headers["Content-Encoding"] == "aes128gcm"
    assert int(headers["TTL"]) > 0


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_device_that_is_gone_is_forgotten(sam, device, maker, status):
    maker.status = status
    ask(sam)
    assert not Device.objects.exists()
    assert rows("need_fits") == {"push": "failed"}


@pytest.mark.parametrize("status", [429, 500, 503, 0])
def test_a_maker_who_is_busy_broken_or_hangs_up_is_asked_later_and_later(
    sam, device, maker, status
):
    maker.status = status
    ask(sam)
    row = Notification.objects.get(kind="need_fits")
    assert (way_of(row), row.state, row.tries) == ("push", "waiting", 1)
    assert row.due_at > timezone.now()
    assert Device.objects.exists()
    maker.status = 201
    Notification.objects.update(due_at=Now())
    sweep()
    assert rows("need_fits") == {"push": "sent"}
    assert len(maker.asked) == 2


def test_who_has_no_device_is_offered_none(sam, signed_in):
    assert 'value="push"' not in signed_in(sam).get("/messages/").content.decode()
    wishes(sam, ways={"invitations": ["push"], "urgent": [], "tasks": []})
    ask(sam)
    assert rows("need_fits") == {}


def test_a_device_is_added_shown_and_forgotten(sam, signed_in):
    page = signed_in(sam)
    page.post(PATH, browser("https://updates.push.services.mozilla.com/wpush/v2/abc"))
    assert Device.objects.get().user == sam
    assert 'value="push"' in page.get("/messages/").content.decode()
    page.post(PATH, {"forget": "1"})
    assert not Device.objects.exists()


def test_a_browser_that_two_people_use_belongs_to_the_last(sam, vera, signed_in):
    for person in (sam, vera):
        signed_in(person).post(PATH, browser("https://fcm.googleapis.com/fcm/send/abc"))
    assert Device.objects.get().user == vera


def test_the_newest_five_are_kept(sam, signed_in):
    for number in range(7):
        signed_in(sam).post(PATH, browser(f"https://web.push.apple.com/{number}"))
    kept = {device.endpoint[-1] for device in Device.objects.all()}
    assert kept == set("23456")


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://127.0.0.1/admin/",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evil.example/fcm.googleapis.com",
        "https://fcm.googleapis.com@evil.example/",
        "https://evilfcm.googleapis.com.example",
        "file:///etc/passwd",
        "//fcm.googleapis.com/x",
        "",
        "https://127.0.0.1\\@fcm.googleapis.com/x",
        "https://127.0.0.1%5C@fcm.googleapis.com/x",
        "https://user@fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com:22/x",
        "https://fcm.googleapis.com./x",
        "https://fcm.googleapis.com#@127.0.0.1/",
        "https://fcm.googleapis.com/\r\nX: y",
        "https://ｆcm.googleapis.com/x",
        " https://fcm.googleapis.com/x",
        "https:///fcm.googleapis.com/x",
        "https://fcm.googleapis.com/" + "x" * 3000,
    ],
)
def test_no_one_sends_our_server_anywhere_else(sam, signed_in, endpoint):
    assert checked({"endpoint": endpoint, "p256dh": KEYS["p256dh"], "auth": KEYS["auth"]}) is None
    assert signed_in(sam).post(PATH, browser(endpoint)).status_code == 302
    assert not Device.objects.exists()


OFF_THE_CURVE = encoded(b"\x04" + b"\x01" * 64)


@pytest.mark.parametrize(
    "keys",
    [
        {"p256dh": OFF_THE_CURVE},
        {"p256dh": encoded(POINT[:-1])},
        {"p256dh": encoded(b"\x04" + POINT)},
        {"p256dh": encoded(b"\x02" + POINT[1:33])},
        {"p256dh": encoded(b"\x00")},
        {"p256dh": "not base64!"},
        {"auth": encoded(AUTH[:-1])},
        {"auth": encoded(AUTH + b"!")},
        {"auth": ""},
        {"auth": "é" * 22},
    ],
)
def test_keys_that_no_browser_has_are_not_kept(sam, signed_in, keys):
    told = {"endpoint": "https://fcm.googleapis.com/x", "keys": KEYS | keys}
    assert signed_in(sam).post(PATH, {"device": json.dumps(told)}).status_code == 302
    assert not Device.objects.exists()


def test_an_endpoint_is_kept_as_its_parts_say(sam, signed_in):
    padded = {"p256dh": KEYS["p256dh"] + "=", "auth": KEYS["auth"] + "=="}
    told = {"endpoint": "https://FCM.googleapis.com:443/x?y=z", "keys": padded}
    signed_in(sam).post(PATH, {"device": json.dumps(told)})
    kept = Device.objects.get()
    assert kept.endpoint == "https://fcm.googleapis.com/x?y=z"
    assert {"p256dh": kept.p256dh, "auth": kept.auth} == KEYS


@pytest.mark.parametrize(
    "endpoint", ["http://127.0.0.1:{port}/wake", "https://127.0.0.1:{port}\\@fcm.googleapis.com/"]
)
def test_an_endpoint_of_earlier_days_is_checked_again_and_forgotten(sam, device, maker, endpoint):
    Device.objects.all().delete()
    row = {"user": sam, "fingerprint": "m", "endpoint": endpoint.format(port=maker.port)}
    Device.objects.create(**row, **KEYS)
    ask(sam)
    assert maker.asked == []
    assert not Device.objects.exists()
    assert rows("need_fits") == {"push": "failed"}


@pytest.mark.parametrize(
    "told", ["", "nonsense", "[]", "{}", '{"endpoint": "https://fcm.googleapis.com/x"}', "null"]
)
def test_what_no_browser_says_is_no_error(sam, signed_in, told):
    assert signed_in(sam).post(PATH, {"device": told}).status_code in (302, 400)
    assert not Device.objects.exists()


def test_addresses_of_devices_are_not_readable_in_the_database(device):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM notify_device")
        stored = repr(cursor.fetchall())
    assert "wake/abc" not in stored
    assert KEYS["auth"] not in stored
