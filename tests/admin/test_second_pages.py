"""No list of the admin writes to several people without a page before that says to how many."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin import ModelAdmin, site
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from mutualaid.admin.dry_run import dry_run
from mutualaid.notify.models import CallTask, Notification
from mutualaid.people.models import User
from offers_app.actions import pause_offer
from offers_app.models import Offer
from requests_app import actions
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Need
from tests.support import factories
from tests.support.closing import claimed, confirm, text
from tests.support.people import MAIL, ask_by, comes_onto_the_call_list
from tests.support.signing_in import sign_in

TYPED = {"close_reason": "other_help", "until": "2099-01-01"}
WITH_A_PAGE = {
    ("need", "publish"), ("need", "resume"), ("need", "release"), ("need", "close"),
    ("offer", "resume"), ("notification", "try_again"),
}  # fmt: skip


@pytest.fixture
def everything(carla: User) -> None:
    """Of each model that a list action is for, two rows in each state that one leads on from."""
    factories.set_policy(needs_open_at_once=False)
    in_triage = [ask_by(MAIL) for _ in range(8)]
    me = coordinator(carla)
    opened = actions.publish_needs(in_triage[2:], by=me)
    actions.put_aside(opened[:2], "hold", until=timezone.localdate() + timedelta(days=2), by=me)
    for number, need in enumerate(opened[2:4]):
        claimed(factories.person(f"Helper {number}"), need)
    for number in range(4):
        offer = factories.offer(factories.person(f"Volunteer {number}"))
        if number < 2:
            pause_offer(offer, until=None)
    Offer.objects.update(match_due_at=None)
    told = list(Notification.objects.order_by("pk")[:4])
    Notification.objects.filter(pk__in=[row.pk for row in told[:2]]).update(state="failed")
    for row in told[2:]:
        comes_onto_the_call_list(row)


def told() -> set[Any]:
    """The messages that wait, the needs for which volunteers are looked for, the offers that count anew."""
    messages = Notification.objects.filter(state="waiting").values_list("key", "due_at")
    needs = Need.objects.filter(state="open").values_list("pk", "match_due_at")
    offers = Offer.objects.due_for_matching().values_list("pk")
    return {*messages, *needs, *offers}


def list_actions(user: User) -> list[tuple[ModelAdmin[Any], str]]:
    request = RequestFactory().get("/admin/")
    request.user = user
    return [(one, name) for one in site._registry.values() for name in one.get_actions(request)]


@pytest.mark.django_db
def test_each_list_action_that_writes_to_people_says_first_to_how_many(everything, client: Client):
    keeper = User.objects.create_superuser("keeper@people.example")
    sign_in(client, keeper)
    with_a_page = set()
    for model_admin, name in list_actions(keeper):
        opts = model_admin.opts
        path = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
        rows = (
            CallTask.calls.on_the_list()
            if opts.model is CallTask
            else opts.model._default_manager.all()
        )
        chosen = {"_selected_action": [row.pk for row in rows]}
        with dry_run():
            before = told()
            page = text(client.post(path, {"action": name, **TYPED, **chosen}, follow=True))
            assert told() <= before, f"{opts.model_name}: {name} writes to people at once"
            if 'name="confirmed"' in page:
                confirm(client, page, to=path)
                assert told() - before, f"{opts.model_name}: {name} has a page before for nothing"
                with_a_page.add((opts.model_name, name))
    assert with_a_page == WITH_A_PAGE
