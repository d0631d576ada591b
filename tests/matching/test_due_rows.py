"""What ends by an action, or as a row comes or goes, is found by the next sweep as well."""

import pytest
from django.utils import timezone

from mutualaid.matching import tasks
from mutualaid.matching.models import Recheck, Refusal
from mutualaid.people.introductions import introduce
from mutualaid.people.models import Introduction, User
from offers_app.actions import pause_offer, resume_offer
from offers_app.models import Offer
from requests_app.actions import (
    claim_need,
    publish_need,
    release_claim,
    withdraw_need,
)
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.models import Ask, AskContactPoint, Claim, Exclusion, Need
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer(sam) -> Offer:
    return factories.offer(by=sam, per_week=1)


def was_found(need: Need, offer: Offer) -> bool:
    return need.matches.filter(offer=offer).exists()


def let_a_task_go(offer: Offer) -> None:
    release_claim(Claim.objects.get(), by=volunteer(offer.volunteer))


def delete_the_task(offer: Offer) -> None:
    Claim.objects.all().delete()


def take_back_a_no(offer: Offer) -> None:
    Refusal.objects.all().delete()


def be_introduced(offer: Offer) -> None:
    introduce(offer.volunteer, by=factories.person("Carla"))


def be_introduced_by_a_statement(offer: Offer) -> None:
    Introduction.objects.bulk_create([Introduction(person=offer.volunteer, how="coordinator")])


def resume(offer: Offer) -> None:
    resume_offer(offer)


def come_to_the_last_day(offer: Offer) -> None:
    Offer.objects.update(paused_until=timezone.localdate())


def a_full_week(offer: Offer) -> None:
    claim_need(factories.need(), by=offer.volunteer, weekly_limit=1)


def a_no(offer: Offer) -> None:
    Refusal.objects.create(offer=offer, category=factories.category())


def a_pause(offer: Offer) -> None:
    pause_offer(offer, until=None)


def to_be_met(offer: Offer) -> None:
    factories.set_policy(joining="meet_first")
    Introduction.objects.all().delete()


@pytest.mark.parametrize(
    ("hinder", "end"),
    [
        (a_full_week, let_a_task_go),
        (a_full_week, delete_the_task),
        (a_no, take_back_a_no),
        (to_be_met, be_introduced),
        (to_be_met, be_introduced_by_a_statement),
        (a_pause, resume),
        (a_pause, come_to_the_last_day),
    ],
)
def test_what_ends_by_an_action_is_found_by_the_next_sweep(hinder, end, offer):
    tasks.sweep()
    hinder(offer)
    need = factories.need()
    tasks.sweep()
    assert not was_found(need, offer)
    end(offer)
    tasks.sweep()
    assert was_found(need, offer)


def exclude(ask: Ask, person: User) -> None:
    Exclusion.objects.bulk_create([Exclusion(ask=ask, person=person)])


def include(ask: Ask, person: User) -> None:
    Exclusion.objects.all().delete()


def share_an_email(ask: Ask, person: User) -> None:
    (point,) = person.contact_points.all()
    AskContactPoint.objects.bulk_create([AskContactPoint(ask=ask, fingerprint=point.fingerprint)])


def delete_the_email_of_the_ask(ask: Ask, person: User) -> None:
    AskContactPoint.objects.all().delete()


def delete_the_email_of_the_account(ask: Ask, person: User) -> None:
    person.contact_points.all().delete()


def speak_another_language(ask: Ask, person: User) -> None:
    ask.languages.set([factories.language("es")])


def speak_a_language_more(ask: Ask, person: User) -> None:
    ask.languages.add(factories.language("en"))


@pytest.mark.parametrize(
    ("hinder", "end"),
    [
        (exclude, include),
        (share_an_email, delete_the_email_of_the_ask),
        (share_an_email, delete_the_email_of_the_account),
        (speak_another_language, speak_a_language_more),
    ],
)
def test_what_an_ask_says_is_looked_at_by_the_next_sweep_when_its_rows_come_and_go(
    hinder, end, offer
):
    need = factories.need()
    tasks.sweep()
    first = need.matches.get()
    later = factories.offer()
    hinder(need.ask, later.volunteer)
    tasks.sweep()
    assert not was_found(need, later)
    end(need.ask, later.volunteer)
    tasks.sweep()
    assert was_found(need, later)
    assert first.offer == offer


def test_a_new_ask_is_looked_at_once_and_one_that_ends_never_again(sam, carla):
    of_needs = Recheck.objects.exclude(need_id=None)
    factories.offer(by=carla)
    need = factories.need(account=sam, keep_from_contact_points=["a@people.example"])
    publish_need(need, by=coordinator(carla))
    assert not of_needs.exists()
    tasks.sweep()
    withdraw_need(need)
    Exclusion.objects.all().delete()
    Ask.objects.update(account=None)
    assert not of_needs.exists()
