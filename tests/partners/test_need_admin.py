"""A coordinator asks a neighbouring group about a need, and takes it back."""

import html
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mutualaid.encryption.fields import WrongKey
from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.notify import tasks as notify
from mutualaid.notify.models import CallTask
from mutualaid.partners.actions import referring
from mutualaid.partners.admin.why_not import reasons_against
from mutualaid.partners.models import (
    IncomingReferral,
    OutgoingMessage,
    OutgoingReferral,
    Partner,
)
from mutualaid.partners.notifications import outgoing
from mutualaid.partners.pages.fields_sent import fields_sent
from mutualaid.partners.protocol.messages import ReferralContact
from mutualaid.partners.states import IncomingState, OutgoingState, PartnerState
from mutualaid.people.models import BlockedContactPoint, Role
from mutualaid.transitions import StateChanged
from requests_app import actions
from requests_app.access.links import make_link
from requests_app.lifecycle.actors import SITE, coordinator
from requests_app.models import AccessLogEntry, Ask, Need
from requests_app.states import NeedState
from tests.support import factories, groups
from tests.support.people import PHONE_ONLY, ask_by
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db
O = OutgoingState  # noqa: E741


@pytest.fixture
def crown(db: None) -> Partner:
    return groups.live_group()


@pytest.fixture
def need(crown: Partner) -> Need:
    return groups.askable_need()


@pytest.fixture
def carla(client: Client) -> Client:
    return sign_in(client, factories.person("Carla", Role.COORDINATOR))


def page(need: Need) -> str:
    return f"/admin/requests_app/need/{need.pk}/groups/"


def text(answer: Any) -> str:
    return html.unescape(" ".join(answer.content.decode().split()))


def ask(browser: Client, need: Need, partner: Partner) -> str:
    return text(browser.post(page(need), {"group": str(partner.public_id)}, follow=True))


def test_the_page_of_a_need_leads_there_while_there_are_groups(carla, need):
    change = f"/admin/requests_app/need/{need.pk}/change/"
    assert page(need) in text(carla.get(change))
    factories.set_policy(has_partners=False)
    assert page(need) not in text(carla.get(change))
    assert carla.get(page(need)).status_code == 404


def test_a_group_is_asked_by_hand_and_the_page_says_how_it_stands(carla, need, crown):
    assert "It gets no name and no words of the neighbour." in text(carla.get(page(need)))
    assert "Crown Heights is asked now." in ask(carla, need, crown)
    referral = OutgoingReferral.objects.get()
    assert (referral.partner, referral.need, referral.state) == (crown, need, O.ASKED)
    need.refresh_from_db()
    assert need.state == NeedState.REFERRED
    shown = text(carla.get(page(need)))
    assert "Crown Heights is being asked just now." in shown
    assert "answer by" in shown
    of_need = text(carla.get(f"/admin/requests_app/need/{need.pk}/change/"))
    assert "Neighbouring groups that were asked" in of_need
    assert "555 0199" in of_need


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (O.ASKED, "Crown Heights has until"),
        (O.ACCEPTED, "Crown Heights said yes. The neighbour has until"),
        (O.TAKEN, "Crown Heights looks after it."),
    ],
)
def test_what_is_next_is_said_of_that_group(carla, need, crown, state, said):
    groups.asked(need, crown, state)
    assert said in text(carla.get(f"/admin/requests_app/need/{need.pk}/change/"))


def test_the_list_says_which_group_is_asked(carla, need, crown):
    groups.asked(need, crown)
    assert "Crown Heights is asked" in text(carla.get("/admin/requests_app/need/"))
    factories.set_policy(has_partners=False)
    assert "Crown Heights" not in text(carla.get("/admin/requests_app/need/"))


def test_only_those_not_asked_yet_can_be_chosen(carla, need, crown):
    hilltop = groups.live_group("Hilltop")
    groups.asked(need, crown, O.DECLINED)
    shown = text(carla.get(page(need)))
    assert str(hilltop.public_id) in shown
    assert f'value="{crown.public_id}"' not in shown
    ask(carla, need, crown)
    assert OutgoingReferral.objects.count() == 1


def test_it_is_taken_back_and_the_need_goes_on_here(carla, need, crown):
    ask(carla, need, crown)
    shown = text(carla.post(page(need), {"take_back": "1"}, follow=True))
    assert "It is taken back. Crown Heights is told." in shown
    assert OutgoingReferral.objects.get().state == O.WITHDRAWN


def test_what_is_over_cannot_be_taken_back(carla, need, crown):
    groups.asked(need, crown, O.DECLINED)
    shown = text(carla.post(page(need), {"take_back": "1"}, follow=True))
    assert "This has changed in the meantime." in shown


def test_whoever_only_takes_calls_asks_no_group(need):
    ivy = sign_in(Client(), factories.person("Ivy", Role.INTAKE))
    assert ivy.get(page(need)).status_code in (403, 404)
    assert ivy.post(page(need), {"group": "x"}).status_code in (403, 404)


def say(browser: Client, need: Need, word: str) -> str:
    return text(browser.post(page(need), {"said": word}, follow=True))


def test_whoever_can_only_be_rung_says_yes_on_the_phone(carla, need, crown):
    question = groups.asked(need, crown, O.ACCEPTED)
    assert "They said yes on the phone" in text(carla.get(page(need)))
    assert "Their yes is noted. Crown Heights gets it now." in say(carla, need, "yes")
    question.refresh_from_db()
    assert question.state == O.AGREED
    assert question.consented_at
    assert (question.heard_on_phone, question.heard_by.name) == (True, "Carla")
    (sent,) = OutgoingMessage.objects.filter(kind=ReferralContact.kind)
    assert sent.partner == crown
    shown = text(carla.get(f"/admin/requests_app/need/{need.pk}/change/"))
    assert "the neighbour answered on the phone, noted by Carla" in shown
    assert "They said yes on the phone" not in text(carla.get(page(need)))


def test_whoever_can_only_be_rung_says_no_on_the_phone(carla, need, crown):
    question = groups.asked(need, crown, O.ACCEPTED)
    assert "Their no is noted. Crown Heights learns nothing." in say(carla, need, "no")
    question.refresh_from_db()
    assert question.state == O.NOT_WANTED
    assert question.contact_sent_at is None
    assert (question.heard_on_phone, question.heard_by.name) == (True, "Carla")
    assert not OutgoingMessage.objects.filter(kind=ReferralContact.kind).exists()
    assert "noted by Carla" in text(carla.get(page(need)))


def test_an_answer_on_the_phone_stays_one_without_the_account_that_noted_it(carla, need, crown):
    groups.asked(need, crown, O.AGREED, heard_on_phone=True, heard_by=None)
    shown = text(carla.get(page(need)))
    assert "the neighbour answered on the phone" in shown
    assert "noted by" not in shown


def test_an_answer_of_the_neighbour_themself_is_no_ones_note(need, crown):
    question = groups.asked(need, crown, O.ACCEPTED)
    referring.consent(question)
    assert (question.heard_on_phone, question.heard_by) == (False, None)


@pytest.mark.parametrize("state", [O.ASKED, O.AGREED, O.TAKEN, O.DECLINED])
@pytest.mark.parametrize("word", ["yes", "no"])
def test_only_a_question_can_be_answered_on_the_phone(carla, need, crown, state, word):
    question = groups.asked(need, crown, state)
    assert "They said yes on the phone" not in text(carla.get(page(need)))
    assert "This has changed in the meantime." in say(carla, need, word)
    question.refresh_from_db()
    assert (question.state, question.heard_on_phone) == (state, False)


def test_another_word_than_yes_and_no_is_no_answer(carla, need, crown):
    question = groups.asked(need, crown, O.ACCEPTED)
    say(carla, need, "perhaps")
    question.refresh_from_db()
    assert question.state == O.ACCEPTED


def test_what_would_go_there_is_named_and_only_a_logged_look_opens_it(carla, need, crown):
    groups.asked(need, crown, O.ACCEPTED)
    closed = text(carla.get(page(need)))
    names = [field.label for field in fields_sent(OutgoingReferral.objects.get())]
    values = [field.value for field in fields_sent(OutgoingReferral.objects.get())]
    assert len(names) > 1
    assert all(f"<li>{name}</li>" in closed for name in names)
    assert not any(f"<bdi>{value}</bdi>" in closed for value in values)
    assert not AccessLogEntry.objects.exists()
    opened = text(carla.post(page(need), {"show": "1"}))
    assert all(f"<bdi>{value}</bdi>" in opened for value in values)
    assert AccessLogEntry.objects.get().by.name == "Carla"
    assert OutgoingReferral.objects.get().state == O.ACCEPTED


def test_whoever_looked_too_often_sees_no_details(carla, need, crown):
    factories.set_policy(coordinator_contact_views_per_hour=0)
    groups.asked(need, crown, O.ACCEPTED)
    shown = text(carla.post(page(need), {"show": "1"}))
    assert "You have looked very often in this hour." in shown
    assert not AccessLogEntry.objects.exists()


def test_without_the_key_the_page_says_so(carla, need, crown, monkeypatch):
    groups.asked(need, crown, O.ACCEPTED)

    def locked(_referral: OutgoingReferral) -> None:
        raise WrongKey

    monkeypatch.setattr(referring, "contact_of", locked)
    assert "cannot be read with the keys of this site" in text(carla.get(page(need)))
    assert "cannot be read with the keys of this site" in say(carla, need, "yes")
    assert OutgoingReferral.objects.get().state == O.ACCEPTED


def test_the_call_that_asks_leads_to_where_the_answer_is_noted(carla, crown):
    need = ask_by(PHONE_ONLY)
    Ask.objects.filter(pk=need.ask_id).update(may_ask_partners=True)
    outgoing.tell_said_yes(groups.asked(need, crown, O.ACCEPTED), need)
    notify.sweep()
    call = CallTask.calls.to_make().get()
    calls = "/admin/notify/calltask/"
    typed = {"action": "take", "_selected_action": call.pk}
    rung = text(carla.post(calls, typed, follow=True))
    assert f'href="{page(need)}">Note their answer' in rung
    ivy = sign_in(Client(), factories.person("Ivy", Role.INTAKE))
    CallTask.objects.update(taken_by=None, lease_until=None)
    assert page(need) not in text(ivy.post(calls, typed, follow=True))


def test_the_private_page_says_that_it_was_on_the_phone(client, need, crown):
    now = timezone.now()
    groups.asked(need, crown, O.AGREED, heard_on_phone=True, contact_sent_at=now)
    shown = text(client.get(f"/need/{make_link(need.ask)}/"))
    assert "After your yes on the phone" in shown


def untick(need: Need, _crown: Partner) -> None:
    Ask.objects.filter(pk=need.ask_id).update(may_ask_partners=False)


def keep_from(need: Need, _crown: Partner) -> None:
    factories.set_contact(need.ask, keep_from="Boris")


def exclude(need: Need, _crown: Partner) -> None:
    mallory = factories.person("Mallory")
    actions.exclude(need.ask, by=coordinator(factories.person()), people=[mallory])


def make_private(need: Need, _crown: Partner) -> None:
    type(need.category).objects.filter(pk=need.category_id).update(sensitive=True)


def came_from_a_group(need: Need, crown: Partner) -> None:
    IncomingReferral.objects.create(
        public_id=need.public_id,
        partner=crown,
        state=IncomingState.RECEIVED,
        answer_by=timezone.now(),
        ask=need.ask,
    )


def say_yes(need: Need, _crown: Partner) -> None:
    actions.claim_need(need, by=factories.person(), weekly_limit=9)


def ask_already(need: Need, crown: Partner) -> None:
    groups.asked(need, crown, O.DECLINED)


def pause(_need: Need, crown: Partner) -> None:
    Partner.objects.filter(pk=crown.pk).update(state=PartnerState.PAUSED)


def ends_soon(need: Need, _crown: Partner) -> None:
    soon = timezone.now() + timedelta(minutes=10)
    Need.objects.filter(pk=need.pk).update(open_until=soon)


def block(need: Need, _crown: Partner) -> None:
    print_of = fingerprints(need.ask.contact.phone).pop()
    BlockedContactPoint.objects.create(fingerprint=print_of, reason="adverts")


def is_asked_now(need: Need, crown: Partner) -> None:
    groups.asked(need, crown)


WHY_NOT = [
    (untick, "The neighbour has not said that neighbouring groups may be asked."),
    (keep_from, "There is someone who must not find out."),
    (exclude, "There is someone who must not find out."),
    (make_private, "It is a private kind of help."),
    (came_from_a_group, "It came from a neighbouring group."),
    (say_yes, "to which no one has said yes"),
    (ask_already, "No group is left"),
    (pause, "No group is left"),
    (ends_soon, "It ends too soon"),
    (block, "comes from a blocked phone"),
    (is_asked_now, "Crown Heights is being asked just now."),
]


@pytest.mark.parametrize(("happens", "said"), WHY_NOT)
def test_why_it_is_not_possible_is_said_plainly_and_it_is_not_done(
    carla, need, crown, happens, said
):
    happens(need, crown)
    before = OutgoingReferral.objects.count()
    shown = text(carla.get(page(need)))
    assert said in shown
    assert "Ask this group" not in shown
    ask(carla, need, crown)
    assert OutgoingReferral.objects.count() == before


@pytest.mark.parametrize("happens", [None, *(happens for happens, _said in WHY_NOT)])
def test_reasons_are_named_just_where_the_rules_say_no(need, crown, happens):
    if happens:
        happens(need, crown)
    need = Need.objects.get(pk=need.pk)
    reasons = reasons_against(need)
    try:
        referring.ask_partner(need, crown, by=SITE)
    except StateChanged:
        assert reasons
    else:
        assert not reasons
