"""Handing a message to a gateway over HTTP, knowing afterwards whether it may have gone out."""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any

from mutualaid.notify.channels.base import DeliveryUncertain, PermanentFailure
from mutualaid.outbound import Answer, Endpoint, NoAnswer, NotAllowed, NotConnected, post


class TemporaryFailure(Exception):
    """The gateway said clearly that it does not take the message now."""


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
    other clear refusal or without a connection, and `DeliveryUncertain` where the message was handed over
    and no clear answer came back.
    """
    try:
        answer = post(endpoint, body, headers)
    except (NotAllowed, NotConnected) as error:
        raise TemporaryFailure("no connection") from error
    except NoAnswer as error:
        raise DeliveryUncertain from error
    if answer.status >= 500:
        raise DeliveryUncertain
    if answer.status >= 300:
        raise PermanentFailure if is_gone(answer) else TemporaryFailure(answer.status)


def as_json(data: Mapping[str, Any]) -> tuple[bytes, dict[str, str]]:
    """A body and the header that says what it is."""
    return json.dumps(data).encode(), {"Content-Type": "application/json"}


def basic_auth(name: str, password: str) -> dict[str, str]:
    """The header by which a gateway knows us (RFC 7617)."""
    return {"Authorization": "Basic " + b64encode(f"{name}:{password}".encode()).decode()}
