"""What people and the clock do at one of the two sites. Each act takes and returns plain values."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from mutualaid.group.actions import change_group
from mutualaid.partners.models import IncomingReferral, OutgoingMessage, OutgoingReferral, Partner
from mutualaid.people.models import Role, User
from requests_app import actions as needs
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.models import Ask, Claim, Need
from requests_app.states import CloseReason, NeedState
from tests.partners.two_sites import clock, readable
from tests.partners.two_sites.plans import PLANS, SENT
from tests.support import factories

SOURCE = "made up"
"""Of all that is asked here; what a partner hands on has another."""


# What a site starts from.


def prepare(name: str) -> None:
    """A group of this name that works with others, with two coordinators, one kind of help and one area."""
    change_group(by=None, changes={"name": name, "phone": "+1 718 555 0100"})
    factories.set_policy(has_partners=True)
    factories.set_points()
    for person in ("Carla", "Dora"):
        factories.person(person, Role.COORDINATOR)
    factories.category(), factories.locality(), factories.language()


def carla() -> User:
    return User.objects.get(name="Carla")


def dora() -> User:
    return User.objects.get(name="Dora")


# What can be searched for.


def secrets(number: int) -> dict[str, str]:
    """The contact details of a made-up neighbour: no two have a word in common."""
    return {
        "name": f"Zsofianary{number:05}",
        "phone": f"+1718{5_550_000 + number}",
        "address": f"{number:05} Canary Terrace",
        "notes": f"the blue canary number {number:05}",
    }
