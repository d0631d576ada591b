"""Handing a message to a gateway over HTTP, and knowing afterwards whether it may have gone out."""

from collections.abc import Callable
from typing import Any

import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError

from mutualaid.notify.channels.base import DeliveryUncertain, PermanentFailure

SECONDS = (3, 10)
"""To connect, and to wait for the answer."""


class TemporaryFailure(Exception):
    """The gateway said clearly that it does not take the message now."""


def _never(answer: requests.Response) -> bool:
    return False


def post_once(
    url: str, *, is_gone: Callable[[requests.Response], bool] = _never, **how: Any
) -> None:
    """POST once. Raises `PermanentFailure` where `is_gone` says so, `TemporaryFailure` for another clear no.

    Raises `DeliveryUncertain` when the message was handed over and no clear answer came back.
    """
    try:
        answer = requests.post(url, timeout=SECONDS, allow_redirects=False, **how)
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
