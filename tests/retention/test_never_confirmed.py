"""An account whose e-mail address no one confirmed goes by itself: it may be someone else's address."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from mutualaid.people.models import User
from mutualaid.retention.models import Erasure
from mutualaid.retention.tasks import sweep
from requests_app.actions import claim_need
from tests.support import factories, stored

pytestmark = pytest.mark.django_db
MAIL = "never@canary.example"


@pytest.fixture
def never() -> User:
    """Fifteen days ago someone typed this address, and no one has confirmed it."""
    return days_old(factories.person("Never Canary", email=MAIL), 15, verified=False)


def days_old(person: User, days: int, *, verified: bool) -> User:
    EmailAddress.objects.filter(user=person).update(verified=verified)
    User.objects.filter(pk=person.pk).update(created_at=timezone.now() - timedelta(days=days))
    return person


def is_erased(person: User) -> bool:
    return User.objects.get(pk=person.pk).erased_at is not None


def test_after_its_days_it_is_gone_with_all_that_was_typed_and_stands_in_the_ledger(never):
    sweep()
    assert is_erased(never)
    assert stored.leaks(("Canary", "canary"), stored.every_row()) == []
    assert Erasure.objects.filter(model="people.User", key=str(never.pk)).count() == 1


def test_whose_address_it_is_can_sign_up_with_it_then(never, client):
    sweep()
    client.post("/account/signup/", {"email": MAIL, "name": "Owner"})
    assert User.objects.get(email=MAIL).pk != never.pk


def test_before_its_days_it_stays():
    young = days_old(factories.person("Young"), 13, verified=False)
    sweep()
    assert not is_erased(young)


def test_who_confirmed_one_address_or_signed_in_or_took_something_on_stays(sam, vera, rosa):
    days_old(sam, 400, verified=True)
    EmailAddress.objects.create(user=sam, email="second@people.example", verified=False)
    days_old(vera, 400, verified=False)
    User.objects.filter(pk=vera.pk).update(last_login=timezone.now())
    days_old(rosa, 400, verified=False)
    claim_need(factories.need(), by=rosa, weekly_limit=2)
    sweep()
    assert not any(map(is_erased, (sam, vera, rosa)))


def test_who_was_made_at_the_terminal_has_no_address_to_confirm_and_stays():
    root = User.objects.create_superuser("root@people.example")
    User.objects.filter(pk=root.pk).update(created_at=timezone.now() - timedelta(days=400))
    sweep()
    assert not is_erased(root)


def test_more_than_one_batch_and_twice(monkeypatch):
    monkeypatch.setattr("mutualaid.retention.sweep.BATCH", 2)
    many = [days_old(factories.person(), 30, verified=False) for _ in range(5)]
    for _ in range(2):
        sweep()
    assert all(map(is_erased, many))
    assert Erasure.objects.count() == 5


def test_the_public_page_says_so(client):
    factories.set_policy(unconfirmed_account_days=9)
    page = client.get("/data/").content.decode()
    of_accounts = page.split("When you have an account")[1].split("<h2")[0]
    assert (
        "An account whose e-mail address was never confirmed" in of_accounts.split("For 9 days")[1]
    )
