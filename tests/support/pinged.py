"""One signed request, posted to the inbox by each of many processes; what it does can be counted."""

from typing import NamedTuple

from django.db.models import F
from django.test import Client

from mutualaid.partners import registry
from mutualaid.partners.messages import Ping
from mutualaid.partners.models import Partner
from tests.support.partners import post


class Request(NamedTuple):
    """A request as it goes over the wire, and whether the process counts on a receiver of its own."""

    body: bytes
    headers: dict[str, str]


def count_up(partner: Partner, _message: Ping) -> None:
    """Take up a ping so that a second time would show."""
    Partner.objects.filter(pk=partner.pk).update(key_number=F("key_number") + 1)


def send(requests: list[Request], number: int) -> tuple[int, bytes]:
    """Post the request of this number, or the last, as a process of its own; return status and body."""
    registry._receivers[Ping.kind] = (Ping, count_up)
    request = requests[min(number, len(requests) - 1)]
    answer = post(Client(), request.body, request.headers)
    return answer.status_code, answer.content
