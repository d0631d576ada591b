"""A small neighbourhood with one row of everything, for tests that request every page."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from mutualaid.dashboard.address import new_address
from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.importing import actions, tasks
from mutualaid.importing.mapping.choices import SheetChoices
from mutualaid.importing.mapping.headings import NEEDS
from mutualaid.importing.mapping.propose import propose
from mutualaid.importing.stored import table_for
from mutualaid.matching.actions import accept, match_for
from mutualaid.matching.models import BacklogRun, Match, Refusal
from mutualaid.notify.models import Notification
from mutualaid.notify.outbox import enqueue
from mutualaid.notify.recipient import Recipient
from mutualaid.people.decisions import DAYS
from mutualaid.people.models import BlockedContactPoint, Role, TwoPersonDecision, User
from mutualaid.principles.models import Principle
from mutualaid.resources.actions import report_wrong
from mutualaid.resources.models import Resource
from mutualaid.trials.models import Trial
from offers_app.models import Offer
from requests_app.access.links import make_link
from requests_app.models import Claim, Need
from tests.support import factories
from tests.support.people import comes_onto_the_call_list

TOLD = ("matching_backlogchange", "matching_recheck")
"""What triggers tell of a change, so that somebody looks at it again: of one that was taken back too."""
NOT_THE_RECORD = ("django_session", "cache", "sqlite_", "people_ratelimitwindow", *TOLD)


@dataclass(frozen=True)
class Scene:
    """Sam has an offer, a match with an open need, and a claim on another need."""

    people: dict[str, User]
    offer: Offer
    match: Match
    claim: Claim
    open_need: Need
    token: str
    calendar: str
    """The secret in the address of Sam's calendar."""
    call: int
    """Id of a call to make: the neighbour of the claim has only a phone."""
    ruled_out: int
    """Id of the refusal by which Sam never gives rides."""
    blocked: int
    """Id of a blocked contact point."""
    sheet: int
    """Id of an import of Carla's, checked and not imported yet."""
    decision: int
    """Id of a proposal by Carla that Sam audits: it waits for a second person."""
    resource: Resource
    """A food bank near by, of which someone says that its times are wrong."""


def build() -> Scene:
    rosa, sam, mallory = (factories.person(name) for name in ("Rosa", "Sam", "Mallory"))
    carla = factories.person("Carla", Role.COORDINATOR)
    factories.set_points()
    offer = factories.offer(by=sam)
    factories.offer(by=mallory)
    open_need, taken = factories.need(), factories.need(account=rosa)
    claim = accept(match_of(sam, taken))
    people = {"rosa": rosa, "sam": sam, "carla": carla, "mallory": mallory}
    token = make_link(taken.ask)
    BacklogRun.objects.create(outcome="done")
    Trial.objects.create(key="near 50", changes={"near": 50})
    Principle.objects.create(key="equity", texts={"en": "We all count."})
    rides = factories.category("rides")
    ruled_out = Refusal.objects.create(offer=offer, category=rides).pk
    calendar = new_address(sam)
    blocked = BlockedContactPoint.objects.create(
        fingerprint=fingerprints("555 0666").pop(), reason="adverts"
    ).pk
    decision = TwoPersonDecision.objects.create(
        kind="give_auditor",
        about=sam,
        proposed_by=carla,
        expires_at=timezone.now() + timedelta(days=DAYS),
    ).pk
    match = match_of(sam, open_need)
    call = call_to_make(claim)
    return Scene(
        people,
        offer,
        match,
        claim,
        open_need,
        token,
        calendar,
        call,
        ruled_out,
        blocked,
        sheet_of(carla),
        decision,
        reported_resource(),
    )


def reported_resource() -> Resource:
    resource = factories.resource()
    report_wrong(resource, what="hours", words="Closed on Fridays")
    return resource


def sheet_of(user: User) -> int:
    """An import that this coordinator has looked through."""
    raw = b"Kind,Area,Phone\ngroceries,Nowhere,555 0177\n"
    run = actions.upload(kind="needs", file_name="may.csv", raw=raw, by=user)
    tasks.work_on(run.pk)
    run.refresh_from_db()
    said = SheetChoices(source="may", languages=("en",), date_order="dmy")
    proposal = propose(table_for(run), NEEDS, choices=said)
    actions.check(run, proposal.choices)
    tasks.work_on(run.pk)
    return run.pk


@transaction.atomic
def call_to_make(claim: Claim) -> int:
    enqueue("need_followup", about_id=claim.pk, recipient=Recipient(phone="555 0100"))
    return comes_onto_the_call_list(Notification.objects.get(kind="need_followup")).pk


def match_of(user: User, need: Need) -> Match:
    """The match of a volunteer with a need that fits their offer."""
    match = match_for(user, need)
    assert match, "the offer of this test does not fit its need"
    return match


def record() -> str:
    """Return a hash of every row of every table, without sessions and the cache."""
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if not table.startswith(NOT_THE_RECORD):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                digest.update(f"{table}{sorted(map(repr, cursor.fetchall()))}".encode())
    return digest.hexdigest()
