"""What may become of an open need: exactly one thing is said of each, and it is true."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from mutualaid.matching import actions, tasks
from mutualaid.matching.attention import ATTENTION_ITEMS, counts
from mutualaid.matching.models import Match, OfferPrice
from mutualaid.matching.outlook import Outlook, count_outlooks, has_outlook
from mutualaid.matching.outreach import manual
from mutualaid.people.models import User
from mutualaid.singleton.reading import read_once
from requests_app.actions import claim_need, release_claim
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Need
from tests.support import factories

pytestmark = pytest.mark.django_db


def outlook_of(need: Need) -> Outlook:
    """The one outlook that fits; fails where none does, or two."""
    (found,) = [o for o in Outlook if Need.objects.filter(has_outlook(o), pk=need.pk).exists()]
    return found


def a_day_passes(need: Need) -> None:
    """All invitations are a day old, and the next look is not due yet."""
    a_day_ago = timezone.now() - timedelta(days=1)
    Match.objects.filter(need=need).exclude(invited_at=None).update(invited_at=a_day_ago)
    Need.objects.filter(pk=need.pk).update(match_due_at=timezone.now() + timedelta(hours=1))


def looked_at(**fields: Any) -> Need:
    need = factories.need(**fields)
    tasks.sweep()
    return need


def test_before_the_first_look_nothing_is_said_of_who_fits():
    need = factories.need()
    assert outlook_of(need) == Outlook.NOT_LOOKED_AT
    tasks.sweep()
    assert outlook_of(need) == Outlook.NO_ONE_FITS


def test_whoever_was_just_invited_is_waited_for():
    factories.offer()
    assert outlook_of(looked_at()) == Outlook.INVITED


def test_once_all_have_had_their_time_no_one_is_left():
    factories.offer()
    need = looked_at()
    a_day_passes(need)
    assert outlook_of(need) == Outlook.NO_ONE_LEFT


def test_after_a_no_of_the_only_one_no_one_is_left(sam):
    factories.offer(by=sam)
    need = looked_at()
    actions.decline(need.matches.get(), "cannot")
    tasks.sweep()
    assert outlook_of(need) == Outlook.NO_ONE_LEFT


def test_after_the_only_one_was_left_out_no_one_is_left(carla):
    factories.offer()
    need = looked_at()
    manual.leave_out(need.matches.get(), by=carla)
    tasks.sweep()
    assert outlook_of(need) == Outlook.NO_ONE_LEFT


def test_who_was_invited_as_often_as_may_be_may_be_invited_again_later():
    factories.set_policy(invitations_per_day=1)
    factories.offer()
    looked_at()
    assert outlook_of(looked_at()) == Outlook.LATER


def test_who_is_asleep_may_be_invited_in_the_morning():
    factories.offer()
    hour = timezone.localtime().hour
    factories.set_policy(quiet_from=f"{hour:02}:00", quiet_until=f"{(hour + 2) % 24:02}:00")
    assert outlook_of(looked_at()) == Outlook.LATER


@pytest.mark.parametrize("sensitive", [True, False])
def test_what_is_sensitive_or_was_stopped_waits_for_a_coordinator(carla, sensitive):
    factories.category(sensitive=sensitive)
    factories.set_policy(needs_open_at_once=True)
    need = factories.need()
    Need.objects.filter(pk=need.pk).update(state="open", match_due_at=timezone.now())
    if not sensitive:
        manual.stop(need, by=carla)
    factories.offer()
    tasks.sweep()
    assert outlook_of(need) == Outlook.BY_HAND


def test_when_who_came_lets_go_it_is_to_be_looked_at_again(sam):
    factories.offer(by=sam)
    need = looked_at()
    claim = actions.accept(need.matches.get())
    release_claim(claim, by=volunteer(sam))
    assert outlook_of(need) == Outlook.NOT_LOOKED_AT
    tasks.sweep()
    assert outlook_of(need) == Outlook.NO_ONE_LEFT


def test_where_the_only_one_who_fitted_was_never_invited_and_is_gone_no_one_fits(sam):
    factories.offer(by=sam)
    need = looked_at()
    Match.objects.filter(need=need).update(state="superseded", invited_at=None)
    get_user_model().objects.filter(pk=sam.pk).update(is_active=False)
    Need.objects.filter(pk=need.pk).update(match_due_at=timezone.now())
    tasks.sweep()
    assert outlook_of(need) == Outlook.NO_ONE_FITS


def every_situation(carla: User) -> dict[str, Need]:
    """One open need in each, all at once."""
    factories.set_policy(invitations_per_day=1)
    kinds = {o.value: factories.category(f"kind-{o.value}") for o in Outlook}
    for outlook in (Outlook.INVITED, Outlook.NO_ONE_LEFT, Outlook.BY_HAND, Outlook.LATER):
        factories.offer(categories=[kinds[outlook]])
    wanted = factories.offer(categories=[kinds["held"]])
    OfferPrice.objects.create(offer=wanted, points=400, solved_at=timezone.now())
    looked_at(category=kinds["later"])
    needs = {o.value: factories.need(category=kinds[o.value]) for o in Outlook}
    manual.stop(needs["by_hand"], by=carla)
    not_yet = Need.objects.filter(pk=needs["unlooked"].pk)
    not_yet.update(match_due_at=timezone.now() + timedelta(hours=1))
    tasks.sweep()
    a_day_passes(needs["asked"])
    return needs


def test_each_open_need_is_counted_once_and_in_its_place(carla):
    needs = every_situation(carla)
    assert {name: outlook_of(need).value for name, need in needs.items()} == {n: n for n in needs}
    counted = count_outlooks(Need.objects.all())
    first_invitation_for_later = {"invited": 2}
    assert counted == dict.fromkeys(needs, 1) | first_invitation_for_later
    assert sum(counted.values()) == Need.objects.open().count()


def test_the_board_counts_what_the_lists_show(carla):
    every_situation(carla)
    for key, many in counts().items():
        assert ATTENTION_ITEMS[key].among(Need.objects.all()).count() == many, key


def test_what_is_not_open_has_no_outlook(sam):
    closed, claimed, over = (factories.need() for _ in range(3))
    Need.objects.filter(pk=closed.pk).update(
        state="closed", close_reason="unable", closed_at=timezone.now()
    )
    claim_need(claimed, by=sam, weekly_limit=2)
    yesterday = timezone.localdate() - timedelta(days=1)
    Need.objects.filter(pk=over.pk).update(needed_by=yesterday, open_until=None)
    assert set(count_outlooks(Need.objects.all()).values()) == {0}


def test_counting_takes_two_queries_however_many_there_are(django_assert_num_queries):
    for many in (1, 20):
        for _ in range(many):
            factories.need()
        with read_once(), django_assert_num_queries(3):  # the policy, and the two
            counts()
