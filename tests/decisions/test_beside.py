"""What neighbours without an account say by their private link: one voice a person, and it is not counted."""

import pytest

from mutualaid.decisions import actions
from mutualaid.decisions.models import Decision, NeighbourContact
from mutualaid.transitions import StateChanged
from requests_app.access.veiling import veil_household
from requests_app.actions import ContactDetails
from requests_app.models import Ask, AskContactPoint
from tests.support import factories, voting
from tests.support.voting import CAN_LIVE, CONCERN, FOR, closed, member, proposed, say

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _together(db: None) -> None:
    voting.together()


def test_a_neighbour_answers_by_private_link_beside_the_others_and_is_not_counted():
    asked = factories.ask()
    ada = member()
    decision = proposed(ada)
    later = factories.ask(contact=ContactDetails(name="Bo", phone="555 0177"))
    actions.speak_as_neighbour(decision, by=asked, answer=FOR)
    actions.speak_as_neighbour(decision, by=asked, answer=CONCERN, reason="We sleep then")
    assert actions.may_speak_as_neighbour(decision, asked)
    for other in (later, factories.ask(account=ada)):
        assert not actions.may_speak_as_neighbour(decision, other)
        with pytest.raises(actions.NoSay):
            actions.speak_as_neighbour(decision, by=other, answer=FOR)
    say(decision, FOR, ada)
    closed(decision)
    assert (decision.heard, decision.concerns, decision.neighbour_concerns) == (1, 0, 1)
    assert not decision.neighbours.exists()
    with pytest.raises(StateChanged):
        actions.speak_as_neighbour(decision, by=asked, answer=FOR)


def beside(decision: Decision) -> list[tuple[int, str]]:
    """By which ask each answer beside came, and what it is."""
    return list(decision.neighbours.order_by("pk").values_list("ask", "answer"))


def test_asks_with_one_phone_or_one_mail_in_common_have_one_answer_and_the_later_stands():
    phone, mail = "608 555 0142", "ana@mail.example"
    both = factories.ask(contact=ContactDetails(phone=phone, email=mail))
    by_phone = factories.ask(contact=ContactDetails(phone="(608) 555-0142"))
    by_mail = factories.ask(contact=ContactDetails(email=mail))
    decision = proposed(member())
    actions.speak_as_neighbour(decision, by=by_phone, answer=FOR)
    actions.speak_as_neighbour(decision, by=by_mail, answer=CAN_LIVE)
    assert beside(decision) == [(by_phone.pk, "for"), (by_mail.pk, "can_live")]
    actions.speak_as_neighbour(decision, by=both, answer=CONCERN, reason="We sleep then")
    assert beside(decision) == [(both.pk, "concern")]
    actions.speak_as_neighbour(decision, by=by_phone, answer=FOR)
    assert beside(decision) == [(by_phone.pk, "for")]
    assert closed(decision).neighbour_in_favour == 1
    assert not NeighbourContact.objects.exists()


def test_one_voice_is_one_also_where_one_of_the_asks_is_sensitive():
    asked, other = factories.ask(), factories.ask()
    decision = proposed(member())
    actions.speak_as_neighbour(decision, by=other, answer=CAN_LIVE)
    veil_household(Ask.objects.get(pk=asked.pk))
    actions.speak_as_neighbour(decision, by=asked, answer=FOR)
    assert beside(decision) == [(asked.pk, "for")]
    veil_household(Ask.objects.get(pk=other.pk))
    actions.speak_as_neighbour(decision, by=other, answer=CAN_LIVE)
    assert beside(decision) == [(other.pk, "can_live")]


def test_no_fingerprint_behind_an_answer_leads_to_an_account_or_to_another_ask():
    asked = factories.ask()
    decision = proposed(member())
    actions.speak_as_neighbour(decision, by=asked, answer=FOR)
    kept = set(NeighbourContact.objects.values_list("fingerprint", flat=True))
    assert kept
    assert not kept & set(AskContactPoint.objects.values_list("fingerprint", flat=True))
