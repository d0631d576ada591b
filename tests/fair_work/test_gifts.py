"""Given and received: two numbers for oneself alone, of help that arrived, each counted once."""

from functools import partial

import pytest
from django.utils import timezone

from mutualaid.data_rights.export import data_of
from mutualaid.fair_work.models import GiftCount
from mutualaid.retention.erasing import erase
from mutualaid.retention.terms import ACCOUNT, NEED
from mutualaid.transitions import StateChanged
from requests_app import actions
from requests_app.actions.progress import close_unconfirmed
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.models import Ask
from requests_app.states import CLAIM_TRANSITIONS, ClaimState, CloseReason
from tests.support import factories
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def on(db):
    factories.set_policy(counts_gifts=True, live_claims_per_person=5)


def helped(by, *, account=None, need=None, **fields):
    """A need that `by` has done, not confirmed yet."""
    need = need or factories.need(account=account, **fields)
    claim = actions.claim_need(need, by=by, weekly_limit=9, invited=True)
    actions.deliver_claim(claim, by=volunteer(by))
    return need


def count_of(user):
    count = GiftCount.objects.filter(user=user).first()
    return (count.given, count.received) if count else None


def test_what_arrived_counts_for_who_gave_and_for_who_received(on, rosa, sam):
    for _ in range(2):
        actions.confirm_arrival(helped(sam, account=rosa))
    actions.confirm_arrival(helped(rosa, account=sam))
    assert (count_of(sam), count_of(rosa)) == ((2, 1), (1, 2))


def test_a_group_that_does_not_count_keeps_nothing(rosa, sam):
    actions.confirm_arrival(helped(sam, account=rosa))
    assert not GiftCount.objects.exists()


def test_what_was_done_and_not_confirmed_does_not_count(on, rosa, sam):
    helped(sam, account=rosa)
    close_unconfirmed(helped(sam, account=rosa).claims.get())
    actions.report_not_arrived(helped(sam, account=rosa))
    assert not GiftCount.objects.exists()


def test_a_part_that_arrived_counts_and_the_rest_when_it_comes(on, rosa, sam, vera):
    need = helped(sam, account=rosa)
    actions.need_more(need)
    assert (count_of(sam), count_of(rosa)) == ((1, 0), (0, 1))
    need.refresh_from_db()
    actions.confirm_arrival(helped(vera, need=need))
    assert (count_of(sam), count_of(vera), count_of(rosa)) == ((1, 0), (1, 0), (0, 2))


def test_two_helpers_gave_twice(on, rosa, sam, vera):
    need = factories.need(account=rosa, helpers_wanted=2)
    helped(sam, need=need)
    need.refresh_from_db()
    actions.confirm_arrival(helped(vera, need=need))
    assert (count_of(sam), count_of(vera), count_of(rosa)) == ((1, 0), (1, 0), (0, 2))


def test_confirmed_twice_it_counts_once(on, rosa, sam):
    need = helped(sam, account=rosa)
    actions.confirm_arrival(need)
    with pytest.raises(StateChanged):
        actions.confirm_arrival(need)
    assert (count_of(sam), count_of(rosa)) == ((1, 0), (0, 1))


def test_no_way_leads_out_of_confirmed_so_no_count_has_to_be_taken_back():
    assert not [
        name for name, way in CLAIM_TRANSITIONS.items() if ClaimState.CONFIRMED in way.sources
    ]


def test_a_closing_that_is_undone_changes_no_count(on, rosa, sam, vera, carla):
    need = factories.need(account=rosa, helpers_wanted=2)
    helped(sam, need=need)
    need.refresh_from_db()
    actions.need_more(need)
    before = count_of(sam), count_of(rosa)
    closed = actions.close_needs([need], by=coordinator(carla), reason=CloseReason.PARTLY)
    assert closed.code
    actions.undo_step(closed.code, by=coordinator(carla))
    need.refresh_from_db()
    assert need.state == "open"
    assert (count_of(sam), count_of(rosa)) == before == ((1, 0), (0, 1))


def test_what_was_put_together_counts_for_who_asked_for_it(on, rosa, vera, sam, carla):
    mine, other = factories.ask(account=rosa), factories.ask(account=vera)
    need = mine.needs.get()
    actions.merge_asks(mine, into=other, by=coordinator(carla))
    need.refresh_from_db()
    actions.confirm_arrival(helped(sam, need=need))
    assert (count_of(rosa), count_of(vera), count_of(sam)) == ((0, 1), None, (1, 0))


def test_what_someone_asked_for_another_is_not_received_by_them(on, rosa, sam):
    need = factories.need(account=rosa, for_whom=Ask.ForWhom.SOMEONE_ELSE)
    actions.confirm_arrival(helped(sam, need=need))
    assert (count_of(rosa), count_of(sam)) == (None, (1, 0))


def test_of_something_sensitive_no_number_leads_to_who_asked(on, rosa, sam, carla):
    need = factories.need(account=rosa, category=factories.category("grief", sensitive=True))
    claim = actions.assign_need(need, to=sam, by=coordinator(carla))
    actions.deliver_claim(claim, by=volunteer(sam))
    need.refresh_from_db()
    actions.confirm_arrival(need)
    assert (count_of(rosa), count_of(sam)) == (None, (1, 0))


def test_an_ask_by_phone_counts_for_the_helper_alone(on, sam, carla):
    need = factories.need(taken_in_by=carla, by=coordinator(carla))
    actions.confirm_arrival(helped(sam, need=need))
    assert (count_of(carla), count_of(sam)) == (None, (1, 0))


@pytest.mark.django_db(transaction=True)
def test_who_gives_to_each_other_at_the_same_moment_is_counted_right():
    factories.set_policy(counts_gifts=True, live_claims_per_person=5)
    rosa, sam = factories.person("Rosa"), factories.person("Sam")
    needs = [helped(sam, account=rosa) for _ in range(3)]
    needs += [helped(rosa, account=sam) for _ in range(3)]
    at_once([partial(actions.confirm_arrival, need) for need in needs])
    assert (count_of(sam), count_of(rosa)) == ((3, 3), (3, 3))


@pytest.mark.django_db(transaction=True)
def test_one_arrival_confirmed_by_six_at_once_counts_once():
    factories.set_policy(counts_gifts=True)
    rosa, sam = factories.person("Rosa"), factories.person("Sam")
    need = helped(sam, account=rosa)

    def confirm():
        try:
            actions.confirm_arrival(type(need).objects.get(pk=need.pk))
        except StateChanged:
            return 0
        return 1

    assert sum(at_once([confirm] * 6)) == 1
    assert (count_of(sam), count_of(rosa)) == ((1, 0), (0, 1))


def test_the_count_does_not_shrink_when_needs_are_erased(on, rosa, sam):
    need = helped(sam, account=rosa)
    actions.confirm_arrival(need)
    erase(NEED, [need.pk])
    assert (count_of(sam), count_of(rosa)) == ((1, 0), (0, 1))


def test_the_count_goes_with_the_account_and_does_not_come_back(on, rosa, sam):
    actions.confirm_arrival(helped(sam, account=rosa))
    late = helped(sam, account=rosa)
    erase(ACCOUNT, [sam.pk])
    type(sam).objects.filter(pk=sam.pk).update(erased_at=timezone.now())
    assert count_of(sam) is None
    late.refresh_from_db()
    actions.confirm_arrival(late)
    assert (count_of(sam), count_of(rosa)) == (None, (0, 2))


WORDS = "Given 12, received 9"


def test_i_alone_see_my_numbers(on, sam, carla, rosa, signed_in, client):
    GiftCount.objects.create(user=sam, given=12, received=9)
    assert WORDS in signed_in(sam).get("/me/").content.decode()
    pages = (
        "/me/", "/admin/", f"/admin/people/user/{sam.pk}/change/", "/admin/people/user/",
        "/admin/offers_app/offer/", "/admin/sheets/people.csv", "/admin/sheets/offers.csv",
    )  # fmt: skip
    factories.offer(sam)
    browser = signed_in(carla)
    for path in pages:
        page = browser.get(path).getvalue().decode()
        assert "Given" not in page, path
        assert "gift" not in page.lower(), path
    for path in ("/", "/about/", "/numbers/", "/board/"):
        assert "Given" not in client.get(path).content.decode()
    assert "Given" not in signed_in(rosa).get("/me/").content.decode()


def test_where_the_group_does_not_count_my_page_says_nothing_of_it(sam, signed_in):
    GiftCount.objects.create(user=sam, given=12, received=9)
    assert "Given" not in signed_in(sam).get("/me/").content.decode()


def test_my_own_copy_has_the_numbers_and_no_one_elses_has_them(on, sam, rosa):
    GiftCount.objects.create(user=sam, given=12, received=9)
    assert data_of(sam)["help_you_gave_and_received"] == {"given": 12, "received": 9}
    assert "help_you_gave_and_received" not in data_of(rosa)
