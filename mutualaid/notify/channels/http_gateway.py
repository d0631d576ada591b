"""Handing a message to a gateway over HTTP, knowing afterwards whether it may have gone out."""

from collections.abc import Callable, Mapping
from typing import Any, TypedDict, Unpack

import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError

from mutualaid.notify.channels.base import DeliveryUncertain, PermanentFailure

TIMEOUTS = (3, 10)
"""Seconds to connect, and to wait for the answer."""


class TemporaryFailure(Exception):
    """The gateway said clearly that it does not take the message now."""


class Body(TypedDict, total=False):
    """What is posted, as arguments of `requests.post`."""

    json: dict[str, Any]
    data: Mapping[str, str] | bytes
    headers: Mapping[str, str]
    auth: tuple[str, str]


def _never(answer: requests.Response) -> bool:
    return False


def post_once(
    url: str, *, is_gone: Callable[[requests.Response], bool] = _never, **body: Unpack[Body]
) -> None:
    """POST once, following no redirects.

    Raises `PermanentFailure` where the answer is a refusal for which `is_gone`, `TemporaryFailure` for any
    other clear refusal or without a connection, and `DeliveryUncertain` where the message was handed over
    and no clear answer came back.
    """
    try:
        answer = requests.post(url, timeout=TIMEOUTS, allow_redirects=False, **body)
    except requests.ConnectTimeout as error:
        raise TemporaryFailure("no connection") from error
    except requests.ConnectionError as error:
        if _never_connected(error):
            raise TemporaryFailure("no connection") from error
        raise DeliveryUncertain from error
    except requests.RequestException as error:
        raise DeliveryUncertain from error
    if answer.status_code >= 500:
        raise DeliveryUncertain
    if answer.status_code >= 300:
        raise PermanentFailure if is_gone(answer) else TemporaryFailure(answer.status_code)


def _never_connected(error: requests.ConnectionError) -> bool:
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)
