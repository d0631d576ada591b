"""Field × role × state: who gets which contact detail, when. No deviation, and it ends at once. P4, P10."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from mutualaid.people.models import User
from mutualaid.policy.current import current_policy
from mutualaid.promises import WHO_SEES, Viewer
from offers_app.models import Offer
from requests_app import actions
from requests_app.access.exclusions import exclude_contact_points
from requests_app.access.links import make_link
from requests_app.actions import ContactDetails
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.models import AccessLogEntry, AskContact, Claim, Need
from requests_app.states import CloseReason
from tests.support import factories
from tests.support.at_once import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TOLD = {
    "name": "Zsófi",
    "phone": "555 987 6543",
    "email": "z@mail.example",
    "address": "9 Canary Road",
    "notes": "blue key",
    "times": "after six",
    "keep_from": "Bob Nobody",
}
VIEWER_OF = {
    "coordinator": Viewer.COORDINATOR,
    "volunteer": Viewer.HELPER,
    "asked": Viewer.INVITED,
    "neighbour": Viewer.LINK,
}
SEES = {
    role: {field.value for field, viewers in WHO_SEES.items() if viewer in viewers} & TOLD.keys()
    for role, viewer in VIEWER_OF.items()
}
"""What the pages promise of each. Everyone else gets nothing, ever."""
# In each state: who there is to see anything.
TABLE = """
    triage       coordinator neighbour
    open         coordinator neighbour asked
    claimed      coordinator neighbour volunteer
    contacted    coordinator neighbour volunteer
    scheduled    coordinator neighbour volunteer
    delivered    coordinator neighbour
    confirmed    coordinator neighbour
    released     coordinator neighbour asked
    lapsed       coordinator neighbour asked
    withdrawn    coordinator neighbour
    closed       coordinator neighbour
    shut_out     coordinator neighbour
    kept_from    coordinator neighbour
"""
ROWS = {cells[0]: set(cells[1:]) for cells in map(str.split, TABLE.strip().splitlines())}
ROLES = (*VIEWER_OF, "nobody", "stranger", "newcomer")


def shut_out(claim: Claim) -> None:
    User.objects.filter(pk=claim.volunteer_id).update(is_active=False)


def kept_from(claim: Claim) -> None:
    claim.need.ask.exclusions.create(person=claim.volunteer)


def arrived(claim: Claim) -> None:
    actions.confirm_arrival(claim.need)


def closed(claim: Claim) -> None:
    by = coordinator(claim.volunteer)
    actions.close_need(claim.need, by=by, reason=CloseReason.UNSAFE)


def step(do: Callable[..., None], **more: Any) -> Callable[[Claim], None]:
    return lambda claim: do(claim, by=volunteer(claim.volunteer), **more)


def silent(claim: Claim) -> None:
    """In touch, and never heard of again, until it lapsed."""
    actions.report_in_touch(claim, by=volunteer(claim.volunteer))
    actions.lapse_claim(claim)


FROM_CLAIMED: dict[str, Callable[[Claim], None]] = {
    "claimed": lambda claim: None,
    "contacted": step(actions.report_in_touch),
    "scheduled": step(actions.agree_on_day, day=timezone.localdate()),
    "delivered": step(actions.deliver_claim),
    "confirmed": arrived,
    "released": step(actions.release_claim),
    "lapsed": actions.lapse_claim,
    "silent": silent,
    "withdrawn": lambda claim: actions.withdraw_need(claim.need),
    "closed": closed,
    "shut_out": shut_out,
    "kept_from": kept_from,
    "kept_from_address": lambda claim: exclude_contact_points(
        claim.need.ask, [str(claim.volunteer.email)]
    ),
}


def put(state: str, sam: User) -> Need:
    contact = {name: value for name, value in TOLD.items() if name != "notes"}
    need = factories.need(contact=ContactDetails(**contact), notes=TOLD["notes"])  # type: ignore[arg-type]
    actions.publish_need(need, by=coordinator(sam))
    if state == "triage":
        Need.objects.filter(pk=need.pk).update(state="triage")
    if state in FROM_CLAIMED:
        FROM_CLAIMED[state](actions.claim_need(need, by=sam, weekly_limit=2))
    return need


def what_is_seen(need: Need, role: str, browsers: dict[str, Client]) -> set[str]:
    """Every detail on any page of this need, opened or only looked at."""
    browser, token = browsers[role], make_link(need.ask)
    claims = [f"/claims/{claim.public_id}/" for claim in need.claims.all()]
    private = f"/need/{token}/" if role == "neighbour" else "/need/no/"
    looked = ["/", "/board/", "/help/", "/me/", f"/help/need/{need.public_id}/", private]
    looked += [f"{private}change/", f"{private}change/phone/", *claims]
    looked += [f"/help/{match.public_id}/" for match in need.matches.all()]
    admin_page = f"/admin/requests_app/ask/{need.ask_id}/contact/"
    answers = [browser.get(path, follow=True) for path in [*looked, admin_page]]
    answers += [browser.post(f"{path}contact/", follow=True) for path in claims]
    answers += [browser.post(admin_page, follow=True)]
    answers += [browser.post(f"{private}data/download/")]
    pages = " ".join(answer.content.decode() for answer in answers)
    return {field for field, value in TOLD.items() if value in pages}


@pytest.fixture
def browsers(sam, rosa, vera, mallory, carla, signed_in) -> dict[str, Client]:
    """Sam comes, Vera and Nia were asked too, and Nia is new; Mallory's offer fits and was not asked."""
    nia = factories.person("Nia", known=False)
    for person in (vera, mallory, nia):
        factories.offer(by=person)
    people = {"volunteer": sam, "asked": vera, "stranger": mallory, "coordinator": carla}
    people["newcomer"] = nia
    return {"nobody": Client(), "neighbour": Client()} | {
        role: signed_in(person) for role, person in people.items()
    }


@pytest.mark.one_database
@pytest.mark.parametrize("state", ROWS)
def test_who_sees_which_detail_in_which_state(state, browsers, sam):
    need = put(state, sam)
    for offer in Offer.objects.all():
        asked = (
            {}
            if offer.volunteer.name == "Mallory"
            else {"state": "notified", "invited_at": timezone.now()}
        )
        need.matches.create(offer=offer, score=1, **asked)
    for role in ROLES:
        expected = SEES[role] if role in ROWS[state] else set()
        with transaction.atomic():
            assert what_is_seen(need, role, browsers) == expected, role
            assert need.ask.access_log.exists() == bool(expected - {"name"}), role
            transaction.set_rollback(True)  # the next one comes as if no one had looked


@pytest.mark.parametrize(
    "end",
    [
        "delivered",
        "confirmed",
        "released",
        "lapsed",
        "silent",
        "withdrawn",
        "shut_out",
        "kept_from",
        "kept_from_address",
    ],
)
def test_the_very_next_request_after_the_end_is_refused(end, sam, signed_in):
    claim = actions.claim_need(put("open", sam), by=sam, weekly_limit=2)
    browser, path = signed_in(sam), f"/claims/{claim.public_id}/contact/"
    assert TOLD["address"] in browser.post(path).content.decode()
    FROM_CLAIMED[end](Claim.objects.select_related("need", "volunteer").get(pk=claim.pk))
    refused = browser.post(path, follow=True)
    assert [v for v in TOLD.values() if v in refused.content.decode()] == []
    assert AccessLogEntry.objects.count() == 1


def test_a_look_that_is_not_written_down_shows_nothing(sam, monkeypatch):
    claim = actions.claim_need(put("open", sam), by=sam, weekly_limit=2)

    def breaks(**_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(AskContact.objects, "get", breaks)
    with pytest.raises(RuntimeError):
        actions.contact_of_claim(claim, by=sam)
    assert not AccessLogEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", ["volunteer", "coordinator"])
def test_fifty_asks_opened_at_once_are_counted_exactly(role, sam, carla):
    factories.set_policy(live_claims_per_person=50)
    policy = current_policy()
    most = {
        "volunteer": policy.contact_views_per_day,
        "coordinator": policy.coordinator_contact_views_per_hour,
    }[role]
    claims = [actions.claim_need(factories.need(), by=sam, weekly_limit=50) for _ in range(50)]

    def look(pk: int) -> bool:
        mine = Claim.objects.select_related("need", "volunteer").get(pk=pk)
        try:
            if role == "volunteer":
                actions.contact_of_claim(mine, by=sam)
            else:
                actions.contact_for_coordinator(mine.need.ask, by=User.objects.get(pk=carla.pk))
        except actions.TooManyLooks:
            return False
        return True

    seen = at_once([partial(look, claim.pk) for claim in claims])
    assert seen.count(True) == AccessLogEntry.objects.count() == most
