"""Handing a message to a gateway over HTTP, and knowing afterwards whether it may have gone out."""

from collections.abc import Callable
from typing import Any

import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError

from mutualaid.notify.channels.base import Refused, Unsure

SECONDS = (3, 10)
"""To connect, and to wait for the answer."""


class NotTaken(Exception):
    """The gateway said clearly that it does not take the message now."""


def _never(answer: requests.Response) -> bool:
    return False


def hand_over(
    url: str, *, is_gone: Callable[[requests.Response], bool] = _never, **how: Any
) -> None:
    """POST once. Raises `Refused` where `is_gone` reads so, and `NotTaken` for another clear no.

    Raises `Unsure` when the message was handed over and no clear answer came back.
    """
    try:
        answer = requests.post(url, timeout=SECONDS, allow_redirects=False, **how)
    except requests.ConnectTimeout as error:
        raise NotTaken("no connection") from error
    except requests.ConnectionError as error:
        if _never_connected(error):
            raise NotTaken("no connection") from error
        raise Unsure from error
    except requests.RequestException as error:
        raise Unsure from error
    if answer.status_code >= 500:
        raise Unsure
    if answer.status_code >= 300:
        raise Refused if is_gone(answer) else NotTaken(answer.status_code)


def _never_connected(error: requests.ConnectionError) -> bool:
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)
