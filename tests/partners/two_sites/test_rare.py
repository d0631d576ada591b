"""What seldom happens between two sites, each from its beginning to its end."""

from collections.abc import Iterator
from pathlib import Path
from time import sleep
from typing import NamedTuple

import pytest
from pytest_django import DjangoDbBlocker

from mutualaid.partners.actions import pairing, referring
from mutualaid.partners.models import (
    IncomingReferral,
    OutgoingMessage,
    OutgoingReferral,
    Partner,
    SigningKey,
)
from mutualaid.partners.protocol.messages import ReferralContact
from mutualaid.partners.tasks import deliver
from requests_app.actions import erase_ask
from requests_app.models import Ask
from tests.partners.two_sites import acts
from tests.partners.two_sites.one_process import End, Wire, at
from tests.partners.two_sites.pair import pair

pytestmark = [pytest.mark.slow, pytest.mark.one_database]


class Both(NamedTuple):
    """Neighbour 1 waits for an answer, 2 has a yes, and 3 is known there."""

    ours: End
    theirs: End
    wire: Wire
    folder: Path

    def work(self, times: int = 3) -> None:
        """Let an hour pass, so many times."""
        for _ in range(times):
            for end in (self.ours, self.theirs):
                with at(end):
                    acts.turn(61)

    def held(self, number: int) -> bool:
        """Whether the other group knows this neighbour."""
        with at(self.theirs):
            return bool(acts.held([number]))


@pytest.fixture
def both(start: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Both]:
    with django_db_blocker.unblock(), pair(start) as found:
        yield Both(*found)


def of(number: int) -> OutgoingReferral:
    """What the other group is asked for this neighbour."""
    ask = Ask.objects.get(source=acts.SOURCE, reference=str(number))
    return OutgoingReferral.objects.select_related("partner").get(need__ask=ask)


def public_id_of(both: Both, number: int) -> str:
    with at(both.ours):
        return str(of(number).public_id)


def states(both: Both) -> tuple[str, str]:
    """How it stands with the second neighbour, here and there."""
    with at(both.ours):
        here = of(2)
    with at(both.theirs):
        there = IncomingReferral.objects.get(public_id=here.public_id)
    return here.state, there.state


def test_who_was_erased_does_not_come_back_with_contact_that_waits_in_a_backup(both: Both) -> None:
    with at(both.ours):
        referring.consent(of(2))
        deliver(Partner.objects.get().pk)
    with at(both.theirs):
        assert IncomingReferral.objects.filter(contact_at__isnull=False).count() == 1
    copy = both.theirs.copied_to(both.folder / "copy")
    both.work(1)
    assert both.held(2)
    with at(both.theirs):
        erase_ask(Ask.objects.get(reference=public_id_of(both, 2)))
    assert not both.held(2)
    sleep(1)  # versions count seconds, and no one puts a backup back within one
    both.theirs.put_back(copy)
    both.work()
    assert not both.held(2)
    with at(both.ours):
        assert of(2).state not in ("agreed", "taken", "done")


def test_both_change_their_key_at_once_while_messages_wait(both: Both) -> None:
    with at(both.ours):
        referring.consent(of(2))
        acts.change_key()
    with at(both.theirs):
        acts.decline(IncomingReferral.objects.get(public_id=public_id_of(both, 1)))
        acts.change_key()
    both.wire.loses = "answer"
    both.work()
    with at(both.ours):
        acts.change_key()
        referring.take_back(of(2))
    with at(both.theirs):
        acts.change_key()
    both.work()
    for end, other in ((both.ours, both.theirs), (both.theirs, both.ours)):
        with at(other):
            key = SigningKey.objects.get(retired_at=None)
            assert Partner.objects.get().our_key == key
        with at(end):
            assert Partner.objects.get().public_key == key.public_key
            assert not OutgoingMessage.objects.exclude(state="sent").exists()
    assert states(both) == ("withdrawn", "withdrawn")
    with at(both.ours):
        assert of(1).state == "declined"
        assert of(2).erased_there_at
    assert not both.held(2)


def test_taken_back_here_while_it_ends_there_it_ends_as_each_has_said(both: Both) -> None:
    with at(both.ours):
        referring.consent(of(2))
    both.work(1)
    assert states(both) == ("agreed", "received")
    with at(both.theirs):
        acts.fail(IncomingReferral.objects.get(public_id=public_id_of(both, 2)))
        both.wire.loses = "message"
        acts.turn()
    assert states(both) == ("agreed", "unmet")
    with at(both.ours):
        referring.take_back(of(2))
    both.work()
    assert states(both) == ("withdrawn", "unmet")
    with at(both.ours):
        assert of(2).need.state == "open", "and what comes late does not move it"
        assert not OutgoingMessage.objects.exclude(state="sent").exists()
    with at(both.theirs):
        assert not OutgoingMessage.objects.exclude(state="sent").exists()


@pytest.mark.parametrize("who", ["ours", "theirs", "both"])
@pytest.mark.parametrize("loses", ["message", "answer"])
def test_ended_while_contact_is_on_its_way_no_one_stays_there(
    both: Both, who: str, loses: str
) -> None:
    """It went out once: it arrived and no one heard so, or it did not arrive."""
    with at(both.ours):
        referring.consent(of(2))
        both.wire.loses = loses
        deliver(Partner.objects.get().pk)
        assert OutgoingMessage.objects.get(kind=ReferralContact.kind, state="waiting").tries == 1
    for side in ("ours", "theirs") if who == "both" else (who,):
        with at(getattr(both, side)):
            pairing.end(Partner.objects.get(), by=acts.carla())
    both.work(6)
    with at(both.ours):
        state = of(2).state
    if who == "theirs":
        # They take nothing of us that is not about forgetting; we take it back, or it is given up.
        with at(both.ours):
            assert state == "agreed"
            referring.take_back(of(2))
    both.work(6)
    assert states(both)[0] == "withdrawn"
    assert not both.held(2)
    with at(both.ours):
        assert of(2).erased_there_at
