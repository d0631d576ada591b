"""What people and the clock do at one of the two sites. Each act takes and returns plain values."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db.models import Model
from django.utils import timezone

from mutualaid.group.actions import change_group
from mutualaid.partners.actions import answering, keys, pairing, referring
from mutualaid.partners.keys import digits
from mutualaid.partners.models import IncomingReferral, OutgoingMessage, OutgoingReferral, Partner
from mutualaid.partners.states import LIVE_INCOMING, LIVE_OUTGOING, DeclineReason
from mutualaid.partners.tasks import deliver, sweep
from mutualaid.people.models import Role, User
from mutualaid.transitions import StateChanged
from requests_app.actions import (
    ContactDetails,
    assign_need,
    close_need,
    confirm_arrival,
    deliver_claim,
    erase_ask,
    withdraw_need,
)
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.models import Ask, Erased, Need
from requests_app.states import CloseReason, NeedState
from tests.partners.two_sites import clock, readable
from tests.partners.two_sites.plans import ASKED_THERE, PLANS, SENT
from tests.support import factories

SOURCE = "made up"
"""Of all that is asked here; what a partner hands on has another."""


def prepare(name: str) -> None:
    """Make a group of this name that works with others: two who coordinate, one kind of help, one area."""
    change_group(by=None, changes={"name": name, "phone": "718 555 0100"})
    factories.set_policy(has_partners=True)
    factories.set_points()
    for person in ("Carla", "Dora"):
        factories.person(person, Role.COORDINATOR)
    factories.category()
    factories.locality()
    factories.language()


def carla() -> User:
    return User.objects.get(name="Carla")


def dora() -> User:
    return User.objects.get(name="Dora")


# Two groups get to know each other.


def read(address: str) -> list[str]:
    """Read the other site; return the digits that Carla reads out on the phone."""
    partner = pairing.read_partner(address, by=carla())
    return digits(partner.our_key.public_key, partner.public_key)


def agree() -> None:
    """The digits were the same: Carla says so, and Dora agrees for the group."""
    partner = Partner.objects.get()
    pairing.compare_digits(partner, by=carla())
    pairing.agree(partner, by=dora())


def pause() -> None:
    pairing.pause(Partner.objects.get(), by=carla())


def resume() -> None:
    pairing.resume(Partner.objects.get(), by=carla())


def change_key() -> None:
    keys.rotate(by=carla())


# The group that asks.


def neighbour(number: int) -> ContactDetails:
    """A neighbour whose every detail can be searched for: no two share a word."""
    return ContactDetails(
        name=f"Zsofianary {number:05}",
        phone=f"718 55{number:05}",
        address=f"{number:05} Canary Terrace",
    )


def notes(number: int) -> str:
    return f"the blue canary of {number:05}"


def secrets(number: int) -> list[str]:
    """What no one may find where it must not be: also the phone in the form in which it is compared."""
    contact = neighbour(number)
    dialled = f"+1{contact.phone.replace(' ', '')}"
    return [contact.name, contact.phone, dialled, contact.address, notes(number)]


def ask(number: int) -> str:
    """Let a neighbour ask, and a coordinator ask the other group about it; return the referral's id."""
    reference = str(number)
    asked = Ask.objects.filter(source=SOURCE, reference=reference).first() or factories.ask(
        factories.details(notes=notes(number), needed_by=timezone.localdate() + timedelta(days=30)),
        contact=neighbour(number),
        source=SOURCE,
        reference=reference,
    )
    Ask.objects.filter(pk=asked.pk).update(may_ask_partners=True)
    need = asked.needs.get()
    referral = OutgoingReferral.objects.filter(need=need).first() or referring.ask_partner(
        need, Partner.objects.get(), by=coordinator(carla())
    )
    return str(referral.public_id)


def advance_ours(plans: Mapping[str, str]) -> None:
    """Do what the plan of each referral, {its id: name of a plan}, says of the state it is in."""
    rows = OutgoingReferral.objects.filter(public_id__in=plans, state__in=LIVE_OUTGOING)
    for referral in rows.select_related("need", "need__ask"):
        plan = PLANS[plans[str(referral.public_id)]]
        _do(OURS, plan.ours.get(_state_of(referral)), referral)


def _state_of(referral: OutgoingReferral) -> str:
    """The state, or the name of one that begins once the message has arrived."""
    kind, state = AFTER.get(referral.state, ("", ""))
    sent = OutgoingMessage.objects.filter(referral_id=referral.public_id, kind=kind, state="sent")
    return state if sent.exists() else referral.state


AFTER = {"asked": ("referral.ask", ASKED_THERE), "agreed": ("referral.contact", SENT)}


def _need_of(referral: OutgoingReferral) -> Need:
    assert referral.need
    return referral.need


OURS: dict[str, Callable[[Any], object]] = {
    "consent": referring.consent,
    "do_not_want": referring.do_not_want,
    "take_back": referring.take_back,
    "withdraw": lambda referral: withdraw_need(_need_of(referral)),
    "erase": lambda referral: erase_ask(_need_of(referral).ask),
}


# The group that helps.


def advance_theirs(plans: Mapping[str, str]) -> None:
    """The same at the other group."""
    rows = IncomingReferral.objects.filter(public_id__in=plans, state__in=LIVE_INCOMING)
    for referral in rows.select_related("need"):
        plan = PLANS[plans[str(referral.public_id)]]
        _do(THEIRS, plan.theirs.get(referral.state), referral)


def decline(referral: IncomingReferral) -> None:
    answering.say_no(referral, DeclineReason.TOO_FAR, by=carla())


def accept(referral: IncomingReferral) -> None:
    answering.say_yes(referral, by=carla())


def help_a_little(referral: IncomingReferral) -> None:
    """Someone says yes, and no more."""
    if referral.need and referral.need.state in (NeedState.TRIAGE, NeedState.OPEN):
        assign_need(referral.need, to=_helper_for(referral), by=coordinator(carla()))


def _helper_for(referral: IncomingReferral) -> User:
    """Someone of its own for each, also after the site was killed and counts anew."""
    name = f"Helper {referral.pk}"
    return User.objects.filter(name=name).first() or factories.person(name)


def help_them(referral: IncomingReferral) -> None:
    """The next step of the help: a yes, then it is done, then the neighbour says that it arrived."""
    need = referral.need
    if need and need.state == NeedState.CLAIMED:
        claim = need.claims.live().get()
        deliver_claim(claim, by=volunteer(claim.volunteer))
    elif need and need.state == NeedState.DELIVERED:
        confirm_arrival(need)
    else:
        help_a_little(referral)


def fail(referral: IncomingReferral) -> None:
    if referral.need:
        close_need(referral.need, by=coordinator(carla()), reason=CloseReason.UNABLE)


THEIRS: dict[str, Callable[[Any], object]] = {
    "decline": decline,
    "accept": accept,
    "help_a_little": help_a_little,
    "help": help_them,
    "fail": fail,
}


def _do(acts: Mapping[str, Callable[[Any], object]], name: str | None, row: Model) -> None:
    """Someone else may have been first: the page would say so, and they look again."""
    if name:
        with suppress(StateChanged, Erased):
            acts[name](row)


# The clock.


def turn(minutes: float = 0) -> int:
    """Let time pass and the worker work; return how many messages wait afterwards."""
    if minutes:
        clock.pass_time(minutes=minutes)
    sweep()
    for partner in Partner.objects.values_list("pk", flat=True):
        deliver(partner)
    return OutgoingMessage.objects.filter(state="waiting").count()


# What is to be seen from outside.


def outgoing() -> dict[str, dict[str, Any]]:
    """{referral: its state here, and how its need stands}."""
    rows = OutgoingReferral.objects.select_related("need")
    return {
        str(row.public_id): {
            "state": row.state,
            "consented": row.consented_at is not None,
            "contact_sent": row.contact_sent_at is not None,
            "erased_there": row.erased_there_at is not None,
            "need": row.need.state if row.need else "",
            "reason": row.need.close_reason if row.need else "",
        }
        for row in rows
    }


def incoming() -> dict[str, dict[str, Any]]:
    """{referral: its state here, how many asks it has ever become, and whether it was erased}."""
    return {
        str(row.public_id): {
            "state": row.state,
            "asks": Ask.objects.filter(reference=str(row.public_id)).count(),
            "erased": row.erased_at is not None,
        }
        for row in IncomingReferral.objects.all()
    }


def messages() -> dict[str, list[str]]:
    """{id: kind, state and answer} of each message that was written here."""
    rows = OutgoingMessage.objects.values_list("message_id", "kind", "state", "status")
    return {str(one): [kind, state, str(status)] for one, kind, state, status in rows}


def held(numbers: Iterable[int]) -> dict[str, list[str]]:
    """{number: what is held of this neighbour}, anywhere in the rows, opened or not; without the others."""
    text = readable.every_text()
    found = {str(n): [one for one in secrets(n) if one in text] for n in numbers}
    return {number: leaked for number, leaked in found.items() if leaked}


def held_in_files(numbers: Iterable[int]) -> dict[str, list[str]]:
    """{detail: files} of what stands in a file of this site as it is, readable without a key."""
    return readable.held_in_files([one for n in numbers for one in secrets(n)])
