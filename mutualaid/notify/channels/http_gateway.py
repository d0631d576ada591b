"""Handing a message to a gateway over HTTP, knowing afterwards whether it may have gone out."""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any

from mutualaid.boundary.outbound import Answer, Endpoint, NoAnswer, NotAllowed, NotConnected, post
from mutualaid.notify.channels.base import DeliveryUncertain, PermanentFailure


class TemporaryFailure(Exception):
    """The gateway said clearly that it does not take the message now; perhaps for how many seconds."""

    def __init__(self, *said: object, retry_after: int = 0) -> None:
        super().__init__(*said)
        self.retry_after = retry_after


REFUSED = {"failed", "error", "undelivered", "rejected", "invalid"}
"""What gateways call a message that they did not take, in an answer whose status says that all is well."""


def _never(answer: Answer) -> bool:
    return False


def post_once(
    endpoint: Endpoint,
    body: bytes,
    headers: Mapping[str, str],
    *,
    is_gone: Callable[[Answer], bool] = _never,
) -> None:
    """POST once, following no redirects.

    Raises `PermanentFailure` where the answer is a refusal for which `is_gone`, `TemporaryFailure` for any
    other clear refusal, also inside of a yes, or without a connection, and `DeliveryUncertain` where the
    message was handed over and no clear answer came back.
    """
    try:
        answer = post(endpoint, body, headers)
    except (NotAllowed, NotConnected) as error:
        raise TemporaryFailure("no connection") from error
    except NoAnswer as error:
        raise DeliveryUncertain from error
    if answer.status >= 500:
        raise DeliveryUncertain
    if answer.status >= 300 or says_no(answer):
        if is_gone(answer):
            raise PermanentFailure
        raise TemporaryFailure(answer.status, retry_after=answer.retry_after)


def says_no(answer: Answer) -> bool:
    """Whether an answer that looks like a yes holds an error inside."""
    told = json_of(answer)
    state = str(told.get("status") or told.get("state") or "").lower()
    error = told.get("error") or told.get("errors") or told.get("error_code")
    return bool(error) or state in REFUSED or told.get("success") is False


def json_of(answer: Answer) -> dict[str, Any]:
    """The object that an answer holds; {} where it holds none."""
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def as_json(data: Mapping[str, Any]) -> tuple[bytes, dict[str, str]]:
    """A body and the header that says what it is."""
    return json.dumps(data).encode(), {"Content-Type": "application/json"}


def basic_auth(name: str, password: str) -> dict[str, str]:
    """The header by which a gateway knows us (RFC 7617)."""
    return {"Authorization": "Basic " + b64encode(f"{name}:{password}".encode()).decode()}
