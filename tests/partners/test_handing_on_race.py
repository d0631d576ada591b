"""What happens at the same moment to a need that groups are asked about happens one after the other."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from mutualaid.partners.actions import referring
from mutualaid.partners.models import OutgoingMessage, OutgoingReferral, Partner
from mutualaid.partners.protocol.messages import ReferralAnswer, ReferralContact
from mutualaid.partners.states import HELP_THERE, LIVE_OUTGOING, OutgoingState
from mutualaid.partners.sweep import sweep
from mutualaid.transitions import StateChanged
from requests_app import actions
from requests_app.access.veiling import veil_household
from requests_app.lifecycle.actors import SITE, coordinator
from requests_app.lifecycle.transitions import lock_ask
from requests_app.models import Need
from requests_app.states import CloseReason, NeedState
from tests.support import factories, handing_on
from tests.support.at_once import at_once
from tests.support.handing_on import anew

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
O = OutgoingState  # noqa: E741
TIMES = 5


def tried(job: Callable[[], Any]) -> Callable[[], bool]:
    """Whether it came through; on SQLite, which has one writer, whoever waited too long tries again."""

    def run() -> bool:
        while True:
            try:
                job()
            except StateChanged:
                return False
            except OperationalError as error:
                if connection.vendor == "sqlite" and "locked" in str(error):
                    continue
                raise
            else:
                return True

    return run


@pytest.fixture
def groups(db: None) -> list[Partner]:
    return [handing_on.group("Crown Heights"), handing_on.group("Flatbush")]


def holds_together(need: Need) -> None:
    """A need rests just while one group is asked; no contact is where it must not be."""
    live = OutgoingReferral.objects.live().filter(need=need)
    assert live.count() <= 1
    assert (anew(need).state == NeedState.REFERRED) == live.exists()
    for referral in OutgoingReferral.objects.filter(need=need):
        waiting = OutgoingMessage.objects.unsent().filter(
            referral_id=referral.public_id, kind=ReferralContact.kind
        )
        assert waiting.exists() == (referral.state in HELP_THERE)
        if referral.state not in LIVE_OUTGOING and referral.contact_sent_at:
            assert referral.erase_asked_at or referral.state == O.CONFIRMED


def test_of_two_coordinators_who_ask_two_groups_at_once_one_does(groups):
    for _ in range(TIMES):
        need = handing_on.need()
        jobs = [
            tried(partial(handing_on.asked, Need.objects.get(pk=need.pk), group))
            for group in groups
        ]
        assert sorted(at_once(jobs)) == [False, True]
        holds_together(need)


def test_the_clock_and_a_coordinator_at_once_ask_one_group(groups, carla):
    for _ in range(TIMES):
        need = handing_on.need()
        handing_on.all_invited(need)
        ask = partial(referring.ask_partner, anew(need), groups[0], by=coordinator(carla))
        at_once([tried(ask), tried(sweep), tried(sweep)])
        assert OutgoingReferral.objects.filter(need=need).count() == 1
        holds_together(need)


def test_a_yes_and_the_end_of_its_time_at_once_agree(groups):
    for _ in range(TIMES):
        need = handing_on.need()
        referral = handing_on.asked(need, groups[0])
        handing_on.deliver(groups[0])
        handing_on.time_is_over(referral)
        yes = ReferralAnswer(referral.public_id, accepted=True)
        at_once([tried(partial(handing_on.says, groups[0], yes)), tried(sweep)])
        state = anew(referral).state
        assert state in (O.ACCEPTED, O.SILENT)
        withdrawn = OutgoingMessage.objects.filter(
            referral_id=referral.public_id, kind="referral.withdraw"
        )
        assert withdrawn.exists() == (state == O.SILENT)
        if state == O.ACCEPTED:
            holds_together(need)


def test_yes_and_no_of_a_neighbour_at_once_are_one_of_them(groups):
    for _ in range(TIMES):
        need = handing_on.need()
        referral = handing_on.accepted(need, groups[0])
        jobs = [
            tried(partial(action, anew(referral)))
            for action in (referring.consent, referring.do_not_want, referring.consent)
        ]
        assert sum(at_once(jobs)) == 1
        assert anew(referral).state in (O.AGREED, O.NOT_WANTED)
        sweep()


CHANGES: dict[str, Callable[[Need], object]] = {
    "resumed": lambda need: actions.resume_need(need, by=SITE),
    "closed": lambda need: actions.close_need(need, by=SITE, reason=CloseReason.UNABLE),
    "withdrawn": lambda need: actions.withdraw_need(need),
    "erased": lambda need: actions.erase_ask(need.ask),
    "a phone is kept out": lambda need: actions.exclude(
        need.ask, by=SITE, contact_points=["608 555 0177"]
    ),
    "someone is kept out": lambda need: actions.change_ask(need.ask, {"keep_from": "my brother"}),
}


@pytest.mark.parametrize("way", CHANGES)
@pytest.mark.parametrize("started", [handing_on.accepted, handing_on.agreed])
def test_a_change_here_and_a_yes_or_news_of_it_at_once(groups, started, way):
    """Whichever is first: where it goes on here, nothing waits to tell there who it is about."""
    for _ in range(TIMES):
        need = handing_on.need()
        referral = started(need, groups[0])
        pk = referral.pk

        def agree(pk: int = pk) -> None:
            referring.consent(OutgoingReferral.objects.get(pk=pk))

        def news(pk: int = pk) -> None:
            handing_on.stands(OutgoingReferral.objects.get(pk=pk), "taken", 1)

        def change(need: Need = need) -> None:
            CHANGES[way](Need.objects.get(pk=need.pk))

        at_once([tried(agree if started == handing_on.accepted else news), tried(change)])
        ended = anew(referral)
        assert ended.state == O.WITHDRAWN
        unsent = OutgoingMessage.objects.unsent().filter(referral_id=referral.public_id)
        assert not unsent.filter(kind=ReferralContact.kind).exists()
        assert bool(ended.contact_sent_at) == bool(ended.erase_asked_at)
        sweep()
        assert anew(need).state != NeedState.REFERRED


def undo_closing(need: Need) -> None:
    undone = actions.undo_step(need.events.latest("pk").batch, by=SITE)
    assert undone.undone == 1


LOCKS_AN_ASK: dict[str, Callable[[Need, Need], object]] = {
    "locked": lambda need, _other: lock_ask(need.ask),
    "its contact written": lambda need, _other: need.ask.contact.save(),
    "told apart": lambda need, other: actions.mark_alike(need.ask, other=other.ask, by=SITE),
    "veiled": lambda need, _other: veil_household(need.ask),
    "a step undone": lambda need, _other: undo_closing(need),
}


@pytest.mark.parametrize("way", LOCKS_AN_ASK)
def test_a_locked_ask_leaves_its_key_free(groups, way):
    """On PostgreSQL who writes a need twice locks the key of its ask, after the need."""
    need, other = handing_on.need(), handing_on.need()
    if way == "a step undone":
        actions.claim_need(need, by=factories.person("Sam"), weekly_limit=5)
        actions.close_needs([need], by=SITE, reason=CloseReason.UNABLE)

    def lock_key() -> bool:
        if connection.vendor == "postgresql":
            with transaction.atomic(), connection.cursor() as cursor:
                query = "SELECT 1 FROM requests_app_ask WHERE id = %s FOR KEY SHARE NOWAIT"
                cursor.execute(query, [need.ask_id])
        return True

    with transaction.atomic():
        LOCKS_AN_ASK[way](need, other)
        assert at_once([lock_key]) == [True]


def test_contact_details_that_a_worker_takes_as_they_are_taken_back(groups):
    """They are cancelled, and never were there; or they may be there, and the wish to erase follows."""
    for _ in range(TIMES):
        need = handing_on.need()
        referral = handing_on.accepted(need, groups[0])
        referring.consent(referral)
        message = OutgoingMessage.objects.get(
            referral_id=referral.public_id, kind=ReferralContact.kind
        )

        def take(pk: int = message.pk) -> bool:
            return OutgoingMessage.objects.take(pk, tries=0) is not None

        def take_back(pk: int = referral.pk) -> None:
            referring.take_back(OutgoingReferral.objects.get(pk=pk))

        at_once([tried(take), tried(take_back)])
        was_taken = OutgoingMessage.objects.get(pk=message.pk).tries == 1
        ended = anew(referral)
        assert ended.state == O.WITHDRAWN
        assert bool(ended.erase_asked_at) == bool(ended.contact_sent_at) == was_taken


def test_a_yes_and_a_taking_back_at_once_leave_nothing_there(groups):
    for _ in range(TIMES):
        need = handing_on.need()
        referral = handing_on.accepted(need, groups[0])
        jobs = [
            tried(partial(referring.consent, anew(referral))),
            tried(partial(referring.take_back, anew(referral))),
            tried(sweep),
        ]
        at_once(jobs)
        sweep()
        ended = anew(referral)
        assert ended.state == O.WITHDRAWN
        assert "contact" not in handing_on.told(groups[0])
        assert anew(need).state == NeedState.OPEN


def test_assigned_here_as_a_group_says_yes_it_goes_on_here(groups, carla):
    """Opened again and assigned; the group's yes, first or last, leads to no contact."""
    sam = factories.person("Sam")

    def assign(need: Need) -> None:
        actions.resume_need(need, by=coordinator(carla))
        actions.assign_need(anew(need), to=sam, by=coordinator(carla))

    for _ in range(TIMES):
        need = handing_on.need()
        referral = handing_on.asked(need, groups[0])
        handing_on.deliver(groups[0])
        yes = ReferralAnswer(referral.public_id, accepted=True)
        says = partial(handing_on.says, groups[0], yes)
        assert all(at_once([tried(partial(assign, anew(need))), tried(says), tried(sweep)])[:1])
        sweep()
        assert anew(need).state == NeedState.CLAIMED
        assert anew(referral).state == O.WITHDRAWN
        assert "withdraw" in handing_on.told(groups[0])


@pytest.mark.parametrize("word", ["confirmed", "unmet", "not_needed"])
def test_two_sweeps_at_once_go_on_with_a_need_once(groups, word):
    for _ in range(TIMES):
        need = handing_on.need()
        referral = handing_on.taken(need, groups[0])
        handing_on.stands(referral, word, 2)
        before = need.events.count()
        at_once([tried(sweep), tried(sweep)])
        assert need.events.count() == before + 1
        assert not OutgoingReferral.objects.filter(next_due=True).exists()
