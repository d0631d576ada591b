"""Who acts on a need: the neighbour, a volunteer, a coordinator, an import, or the site by its clock."""

from typing import NamedTuple

from mutualaid.people.models import User
from requests_app.models import NeedEvent

Kind = NeedEvent.Kind


class Actor(NamedTuple):
    """In which role someone acts, and with which account, if any."""

    kind: Kind
    user: User | None = None


NEIGHBOUR = Actor(Kind.NEIGHBOUR)
IMPORT = Actor(Kind.IMPORT)
SITE = Actor(Kind.SITE)


def volunteer(user: User) -> Actor:
    return Actor(Kind.VOLUNTEER, user)


def coordinator(user: User) -> Actor:
    return Actor(Kind.COORDINATOR, user)
