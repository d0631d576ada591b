"""Those who decide hear at once of each step, but for whoever took it."""

import pytest
from django.core import mail

from mutualaid.ending import actions
from mutualaid.ending.notices import AGREED, CALLED_OFF, PROPOSED
from mutualaid.local_time import format_day
from mutualaid.notify.models import Preferences
from mutualaid.notify.tasks import sweep as deliver_all
from mutualaid.people.models import Membership, Role, User
from tests.support import factories, winding

pytestmark = pytest.mark.django_db
WAITS, DECIDED, OFF = (
    "Someone proposes to wind down",
    "It is decided: we wind down",
    "We don't wind down",
)


@pytest.fixture
def kim(db: None) -> User:
    return factories.person("Kim", Role.SITE_KEEPER)


def letters() -> set[tuple[str, str]]:
    """(address, subject) of what was delivered since the last time."""
    deliver_all()
    found = {(letter.to[0], str(letter.subject)) for letter in mail.outbox}
    assert len(found) == len(mail.outbox), "each of them once"
    mail.outbox.clear()
    return found


def test_all_others_who_decide_hear_of_each_step_and_no_one_else(carla, dora, kim, sam):
    factories.person("Ines", Role.INTAKE)
    User.objects.filter(pk=factories.person("Gone", Role.COORDINATOR).pk).update(is_active=False)
    proposal = winding.proposed(carla)
    assert letters() == {(dora.email, WAITS), (kim.email, WAITS)}
    actions.agree(proposal, by=dora)
    assert letters() == {(carla.email, DECIDED), (kim.email, DECIDED)}
    actions.call_off(proposal, by=kim)
    assert letters() == {(carla.email, OFF), (dora.email, OFF)}
    actions.call_off(winding.proposed(dora), by=dora)
    assert letters() == {(carla.email, OFF), (kim.email, OFF)}


def test_the_letter_names_both_days_and_no_one_and_leads_to_the_page(carla, dora):
    proposal = winding.proposed(carla)
    deliver_all()
    (letter,) = mail.outbox
    body = " ".join(letter.body.split())
    for day in (proposal.closes_on, proposal.erases_on):
        assert format_day(day) in body
    assert "/admin/winding-down/" in letter.body
    assert "Carla" not in letter.subject + letter.body


def test_where_who_keeps_the_server_agrees_the_proposer_hears_of_it(carla):
    actions.agree(winding.proposed(carla), by=None)
    assert letters() == {(carla.email, DECIDED)}


def test_whoever_wants_no_messages_hears_of_it_all_the_same(carla, dora):
    groups = ("invitations", "tasks", "care", "digest")
    Preferences.objects.create(user=dora, ways={name: [] for name in groups})
    winding.proposed(carla)
    assert letters() == {(dora.email, WAITS)}


def test_what_is_not_so_any_more_is_not_sent(carla, dora, kim):
    proposal = winding.proposed(carla)
    Membership.objects.filter(user=kim).delete()
    actions.agree(proposal, by=dora)
    assert letters() == {(carla.email, DECIDED)}
    actions.call_off(proposal, by=dora)
    winding.proposed(dora)
    assert letters() == {(carla.email, WAITS)}


def test_a_step_that_is_refused_tells_no_one(carla, dora, kim):
    proposal = winding.proposed(carla)
    letters()
    with pytest.raises(actions.NotAllowed):
        actions.agree(proposal, by=carla)
    with pytest.raises(actions.ProposedAlready):
        winding.proposed(dora)
    assert letters() == set()
    assert {PROPOSED, AGREED, CALLED_OFF} & {kind for kind, _about in winding.told(AGREED)} == set()
