"""A small neighbourhood in the middle of its day, for tests that walk through all of the site."""

import hashlib
from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.db import connection

from mutualaid.matching.actions import accept, match_for
from mutualaid.matching.models import Match, Refusal
from mutualaid.people.models import Role, User
from offers_app.models import Offer
from requests_app.links import make_link
from requests_app.models import Claim, Need
from tests import factories

NOT_THE_RECORD = ("django_session", "cache", "sqlite_")


@dataclass(frozen=True)
class Scene:
    """Sam has an offer, a match with an open need, and a claim on another need."""

    people: dict[str, User]
    offer: Offer
    match: Match
    claim: Claim
    open_need: Need
    token: str
    ruled_out: int
    """Sam has said that she never gives rides."""
    unused_group: int
    """Django keeps a page for groups; roles are ours, and coordinators have no use for it."""


def build() -> Scene:
    rosa, sam, mallory = (factories.person(name) for name in ("Rosa", "Sam", "Mallory"))
    carla = factories.person("Carla", Role.COORDINATOR)
    offer = factories.offer(by=sam)
    factories.offer(by=mallory)
    open_need, taken = factories.need(), factories.need(asked_by=rosa)
    claim = accept(found(sam, taken))
    people = {"rosa": rosa, "sam": sam, "carla": carla, "mallory": mallory}
    token = make_link(taken)
    rides = factories.category("rides")
    ruled_out = Refusal.objects.create(offer=offer, category=rides).pk
    unused_group = Group.objects.create(name="Unused").pk
    return Scene(
        people, offer, found(sam, open_need), claim, open_need, token, ruled_out, unused_group
    )


def found(user: User, need: Need) -> Match:
    """The match of somebody with a need that fits her."""
    match = match_for(user, need)
    assert match, "the offer of this test does not fit its need"
    return match


def record() -> str:
    """A hash of every row of every table; sessions and the cache are not the record."""
    seen = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if not table.startswith(NOT_THE_RECORD):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                seen.update(f"{table}{sorted(map(repr, cursor.fetchall()))}".encode())
    return seen.hexdigest()
