"""A gateway for texts and a maker of browsers, each answering for every phone and device in its own way."""

import json
import threading
from base64 import urlsafe_b64encode
from collections import Counter

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.support.gateway import Asked, Gateway

LIES, BUSY, CUT_OFF, TAKES = "lies", "busy", "cut off", "takes"
"""What the gateway says of a text to a number.

201 with an error inside; 429 with Retry-After, and yes the next time; nothing, for it hangs up after taking
it; yes.
"""
STALE, HEALTHY = "stale", "healthy"
"""What the maker of a browser says of a device: 403; 201."""


def answer(status: int, body: str = "{}", *, retry_after: str = "") -> Gateway:
    said = Gateway()
    said.status, said.answer, said.retry_after = status, body, retry_after
    return said


class TextGateway(Gateway):
    """`moods`: how each phone answers, `answers`: how often each did.

    `taken` counts texts by Message-ID, also those that were `cut_off`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.moods: dict[str, str] = {}
        self.answers = Counter[str]()
        self.taken = Counter[str]()
        self.cut_off: set[str] = set()
        self._was_busy: set[str] = set()
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"android+http://sam:secret@127.0.0.1:{self.port}?key=k"

    def answer_to(self, asked: Asked) -> Gateway:
        told = json.loads(asked.raw)
        mood = self.moods[told["phoneNumbers"][0]]
        with self._lock:
            if mood == BUSY and told["id"] in self._was_busy:
                mood = TAKES
            self.answers[mood] += 1
            if mood == LIES:
                return answer(201, '{"state": "Failed"}')
            if mood == BUSY:
                self._was_busy.add(told["id"])
                return answer(429, retry_after="2")
            self.taken[told["id"]] += 1
            if mood == CUT_OFF:
                self.cut_off.add(told["id"])
                return answer(0)
        return answer(201)


class PushMaker(Gateway):
    """Knows by the end of its address whether a device is stale; keeps what the others could show.

    `shown` counts notices by the id of their message, `refused` those for a stale device.
    """

    def __init__(self) -> None:
        super().__init__()
        self.shown = Counter[int]()
        self.refused = 0
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._secret = b"sixteen bytes ok"
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def keys(self) -> dict[str, str]:
        """Those that each browser gives to the site."""
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"p256dh": _encoded(point), "auth": _encoded(self._secret)}

    def answer_to(self, asked: Asked) -> Gateway:
        if asked.path.endswith(STALE):
            with self._lock:
                self.refused += 1
            return answer(403)
        said = http_ece.decrypt(asked.raw, private_key=self._key, auth_secret=self._secret)
        with self._lock:
            self.shown[int(json.loads(said)["tag"])] += 1
        return answer(201)


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
