"""The pages of those who say yes to money: what waits, what they open, and what they decide."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mutualaid.fund import actions, rules
from mutualaid.fund.errors import NotForYou
from mutualaid.fund.models import Entry, ExpenseLook, Pot
from mutualaid.fund.states import EntryKind, ExpenseKind, ExpenseState
from mutualaid.matching.actions import accept, match_for
from tests.fund.test_pages import errors, text
from tests.support import factories, money
from tests.support.photos import as_upload, receipt_photo
from tests.support.signing_in import location, sign_in, time_passes

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
SECRETS = (money.PURPOSE, money.PAYEE_WORDS)


@pytest.fixture
def browser(alma: Any, signed_in: Any) -> Client:
    """Alma's."""
    client: Client = signed_in(alma)
    return client


def path(expense: Any, step: str = "") -> str:
    return f"/pot/waiting/{expense.public_id}/{step}"


def seen(browser: Client, expense: Any, step: str = "approve") -> dict[str, str]:
    """What the opened page sends back with a step."""
    page = browser.post(path(expense))
    form = next(one.form for one in page.context["steps"] if one.name == step)
    return {name: form.initial[name] for name in ("saw", "seen")}


def state(expense: Any) -> str:
    expense.refresh_from_db()
    return str(expense.state)


@pytest.mark.parametrize(
    "step", ["approve", "pay", "settle", "unpay", "start-write-off", "write-off", "reopen"]
)
def test_a_browser_that_was_left_open_moves_no_money(browser, bought, step):
    typed = seen(browser, bought)
    time_passes(browser, 11 * 60)
    again = browser.post(path(bought, f"{step}/"), typed)
    assert location(again).startswith("/account/reauthenticate/")
    assert (state(bought), bought.approvals) == (ExpenseState.ASKED, 0)


def test_once_signed_in_anew_what_was_seen_is_agreed_to(browser, bought, alma):
    typed = seen(browser, bought)
    time_passes(browser, 11 * 60)
    browser.post(path(bought, "approve/"), typed)
    kept = sign_in(browser, alma).get(reverse("kept_form")).context["kept"]
    browser.post(kept.path, dict(kept.fields))
    assert state(bought) == ExpenseState.APPROVED


def test_who_asked_for_the_task_does_not_say_yes_to_its_money(browser, pot, sam, alma, bela):
    factories.offer(by=sam)
    match = match_for(sam, factories.need(account=alma))
    assert match
    claim = accept(match)
    expense = money.expense(pot, by=sam, claim=claim)
    assert "This is your own, so others decide." in text(browser.get(path(expense)))
    page = browser.post(path(expense))
    assert not [name for name in ("approve", "decline") if f"/{name}/" in page.content.decode()]
    assert "waits for you" not in text(browser.get("/pot/"))
    with pytest.raises(NotForYou):
        actions.approve_expense(expense, saw=1, by=alma)
    assert rules.approvers_missing(expense) == 1


def test_the_list_shows_what_waits_without_words_and_names(browser, bought):
    page = text(browser.get("/pot/waiting/"))
    assert "Waiting for a yes" in page
    assert "Money back: $12.50" in page
    assert not [word for word in (*SECRETS, "Sam") if word in page]


def test_the_page_of_the_pot_says_that_something_waits(browser, bought):
    assert "1 thing waits for you." in text(browser.get("/pot/"))


@pytest.mark.parametrize("many", [1, 3, 60])
def test_the_list_asks_the_database_a_few_times(
    browser, pot, sam, many, django_assert_max_num_queries
):
    for _one in range(many):
        money.expense(pot, by=sam, with_photo=False)
    with django_assert_max_num_queries(12):
        page = browser.get("/pot/waiting/")
    assert len(page.content) < 50_000


def test_nothing_is_shown_before_it_is_opened(browser, bought):
    page = browser.get(path(bought))
    assert not [word for word in (*SECRETS, "Sam", "receipt.jpg") if word in page.content.decode()]
    assert not ExpenseLook.objects.exists()


def test_opening_it_shows_all_and_is_logged(browser, bought, alma, sam, signed_in):
    page = text(browser.post(path(bought)))
    assert not [word for word in (*SECRETS, "Sam") if word not in page]
    assert ExpenseLook.objects.get().by == alma
    own = text(signed_in(sam).get(f"/pot/mine/{bought.public_id}/"))
    assert "have opened this 1 time" in own


def test_the_receipt_is_served_as_a_picture_that_no_one_keeps(browser, bought):
    address = f"/pot/receipt/{bought.public_id}.jpg"
    assert browser.get(address).status_code == 404
    browser.post(path(bought))
    answer = browser.get(address)
    assert answer.content.startswith(b"\xff\xd8\xff")
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == 'inline; filename="receipt.jpg"'
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_yes_is_said_to_what_was_seen(browser, bought):
    answer = browser.post(path(bought, "approve/"), seen(browser, bought), follow=True)
    assert "Agreed. It can be paid out." in text(answer)
    assert state(bought) == ExpenseState.APPROVED


def test_of_two_the_first_waits_for_the_second(browser, pot, sam, bela, signed_in):
    much = money.expense(pot, by=sam, amount=6000)
    browser.post(path(much, "approve/"), seen(browser, much))
    assert state(much) == ExpenseState.ASKED
    page = text(browser.get(path(much)))
    assert "one yes of two" in page
    assert "You said yes. Now someone else has to." in page
    other = signed_in(bela)
    other.post(path(much, "approve/"), seen(other, much))
    assert state(much) == ExpenseState.APPROVED


def test_a_yes_from_a_page_opened_before_a_change_agrees_to_nothing(browser, bought, sam):
    old = seen(browser, bought)
    actions.change_expense(bought, {"amount": 9900}, saw=1, by=sam)
    answer = text(browser.post(path(bought, "approve/"), old, follow=True))
    assert "This was changed after you opened it, so nothing was done." in answer
    assert "New since then: the amount." in answer
    bought.refresh_from_db()
    assert (bought.state, bought.approvals) == (ExpenseState.ASKED, 0)


def test_another_photo_is_a_change_as_well(browser, bought, sam, signed_in):
    old = seen(browser, bought)
    signed_in(sam).post(
        f"/pot/mine/{bought.public_id}/photo/", {"photo": as_upload(receipt_photo(320, 400))}
    )
    answer = text(browser.post(path(bought, "approve/"), old, follow=True))
    assert "New since then: the receipt." in answer
    assert state(bought) == ExpenseState.ASKED


def test_their_own_is_shown_and_not_theirs_to_decide(browser, pot, alma):
    own = money.expense(pot, by=alma)
    assert "This is your own, so others decide." in text(browser.get("/pot/waiting/"))
    page = browser.post(path(own))
    assert "Yes to this" not in text(page)
    assert not ExpenseLook.objects.exists()
    answer = browser.post(path(own, "approve/"), {"saw": "1"}, follow=True)
    assert "No one decides on their own money." in text(answer)
    assert state(own) == ExpenseState.ASKED


def test_the_only_approver_who_asks_is_told_that_no_one_can_decide(browser, pot, alma):
    own = money.expense(pot, by=alma)
    page = text(browser.get(f"/pot/mine/{own.public_id}/"))
    assert "Too few people can say yes yet." in page


def test_a_no_needs_a_reason_which_the_asker_reads(browser, bought, sam, signed_in):
    sent = seen(browser, bought, "decline")
    answer = browser.post(path(bought, "decline/"), sent)
    assert errors(answer) == {"words": ["Write a kind word about why."]}
    assert state(bought) == ExpenseState.ASKED
    browser.post(path(bought, "decline/"), sent | {"words": "The pot is empty, sorry."})
    assert state(bought) == ExpenseState.DECLINED
    own = text(signed_in(sam).get(f"/pot/mine/{bought.public_id}/"))
    assert "The pot is empty, sorry." in own


def test_who_said_the_only_yes_does_not_pay(browser, bought, alma, bela, signed_in):
    money.agreed(bought, alma)
    assert "You said yes, so someone else pays it out." in text(browser.get(path(bought)))
    today = {"on_day": timezone.localdate().isoformat()}
    browser.post(path(bought, "pay/"), {"saw": "1", **today})
    assert state(bought) == ExpenseState.APPROVED
    other = signed_in(bela)
    other.post(path(bought, "pay/"), seen(other, bought, "pay") | today)
    assert state(bought) == ExpenseState.PAID


@pytest.mark.parametrize("day", ["tomorrow", "", "31/31/2026", "1999-01-01"])
def test_a_payment_of_no_such_day_is_not_written_down(browser, bought, bela, day):
    money.agreed(bought, bela)
    tomorrow = (timezone.localdate() + timedelta(days=2)).isoformat()
    sent = seen(browser, bought, "pay") | {"on_day": day.replace("tomorrow", tomorrow)}
    answer = browser.post(path(bought, "pay/"), sent, follow=True)
    assert "Choose today or an earlier day." in text(answer) or errors(answer)["on_day"]
    assert state(bought) == ExpenseState.APPROVED


def test_caps_warn_and_turn_no_one_away(browser, pot, bought):
    Pot.objects.filter(pk=pot.pk).update(month_per_household=1000, month_in_all=1200)
    page = text(browser.get(path(bought)))
    assert "With this the household gets $12.50 this month. We said $10.00. You decide." in page
    assert "With this $12.50 goes out this month. We said $12.00. You decide." in page
    browser.post(path(bought, "approve/"), seen(browser, bought))
    assert state(bought) == ExpenseState.APPROVED


def test_more_than_the_pot_holds_waits(browser, pot, sam, bela, signed_in):
    much = money.expense(pot, by=sam, amount=20_000)
    assert "Only $100.00 is free in the pot." in text(browser.get(path(much)))
    browser.post(path(much, "approve/"), seen(browser, much))
    other = signed_in(bela)
    answer = other.post(path(much, "approve/"), seen(other, much), follow=True)
    assert "The pot doesn't hold enough just now" in text(answer)
    assert state(much) == ExpenseState.ASKED


def test_money_ahead_is_settled_and_the_rest_comes_back(browser, pot, sam, alma, bela):
    ahead = money.expense(pot, by=sam, kind=ExpenseKind.MONEY_AHEAD, with_photo=False)
    money.paid(ahead, alma, by=bela)
    actions.say_spent(ahead, spent=1000, by=sam)
    page = text(browser.post(path(ahead)))
    assert "$2.50 goes back into the pot." in page
    sent = seen(browser, ahead, "settle") | {"on_day": timezone.localdate().isoformat()}
    browser.post(path(ahead, "settle/"), sent)
    assert state(ahead) == ExpenseState.SETTLED
    assert Entry.objects.get(kind=EntryKind.RETURNED).amount == 250


def test_a_payment_that_did_not_happen_is_set_right(browser, bought, pot, bela):
    money.paid(bought, bela, by=money.approver("Dora"))
    assert "It wasn't paid after all" in text(browser.post(path(bought)))
    browser.post(path(bought, "unpay/"), seen(browser, bought, "unpay"))
    assert state(bought) == ExpenseState.ASKED
    pot.refresh_from_db()
    assert pot.balance == 10_000


def test_who_opens_too_many_is_asked_to_wait(browser, pot, sam):
    factories.set_policy(coordinator_contact_views_per_hour=1)
    first, second = (money.expense(pot, by=sam, with_photo=False) for _one in range(2))
    browser.post(path(first))
    answer = browser.post(path(second), follow=True)
    assert "You've opened a lot in the past hour." in text(answer)
    assert money.PURPOSE not in text(answer)


def test_the_address_of_an_expense_leads_an_approver_to_their_page_of_it(browser, bought):
    answer = browser.get(f"/pot/mine/{bought.public_id}/")
    assert answer.headers["Location"] == path(bought)
