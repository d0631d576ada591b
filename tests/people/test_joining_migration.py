"""An upgrade makes no one new who has helped before, and forgets no reading of an ask."""

from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from mutualaid.people.introductions import is_known
from mutualaid.people.models import Introduction
from requests_app import actions
from requests_app.models import Ask
from tests.support import factories


def upgrade() -> None:
    (path,) = (settings.BASE_DIR / "requests_app/migrations").glob("*_joining.py")
    module = import_module(f"requests_app.migrations.{path.stem}")
    with connection.schema_editor() as editor:
        module.keep_what_was(apps, editor)


@pytest.mark.django_db(transaction=True)
def test_who_helped_before_is_known_and_what_was_read_stays_read(carla):
    helped, new = (factories.person(known=False) for _ in range(2))
    for _ in range(2):
        need = factories.need()
        actions.claim_need(need, by=helped, weekly_limit=9, invited=True)
        actions.confirm_arrival(need)
    read, unread = factories.ask(), factories.ask()
    actions.contact_for_coordinator(read, by=carla)
    Introduction.objects.filter(person=helped).delete()
    Ask.objects.update(read_at=None)
    upgrade()
    assert is_known(helped)
    assert not is_known(new)
    assert Ask.objects.get(pk=read.pk).read_at
    assert Ask.objects.get(pk=unread.pk).read_at is None
