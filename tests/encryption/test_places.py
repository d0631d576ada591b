"""Each stored value opens in its own place only, tells nothing by its length, and hangs on a strong key."""

import os
from base64 import b64decode, b64encode
from io import StringIO
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection, models, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from mutualaid.decisions.models import NeighbourAnswer
from mutualaid.encryption.fields import EncryptedTextField, WrongKey, decrypt, encrypt
from mutualaid.encryption.strength import refuse_weak_keys
from mutualaid.fund.models.receipt import Receipt
from mutualaid.importing.dry_run import Outcome
from mutualaid.importing.models import ImportPart, ImportRow, ImportRun, RememberedChoices
from mutualaid.notify.accounts.mail import post
from mutualaid.notify.actions import add_device, give_phone
from mutualaid.notify.models import AccountMail, Device, Preferences
from mutualaid.partners import keys, outbox
from mutualaid.partners.messages import Ping
from mutualaid.partners.models import IncomingReferral, SigningKey
from mutualaid.people.models import KeptForm
from mutualaid.resources.actions import report_wrong
from requests_app.models import Ask, AskContact, NeedNotes
from tests.support import asking, canary, factories, money, partners, voting
from tests.support.canary import CANARY
from tests.support.keys import NEW, OLD, push_keys, stored

GOOD = "k1:" + b64encode(bytes(range(32))).decode()
SECRET = "A-long-and-quite-random-secret-0123456789"
ENCRYPTED = [
    (model, field)
    for model in apps.get_models()
    for field in model._meta.concrete_fields
    if isinstance(field, EncryptedTextField)
]
pytestmark = pytest.mark.django_db


KEYS = push_keys()


def two_rows_of_each() -> None:
    for name in ("Vera", "Walt"):
        person = factories.person(name)
        give_phone(person, "212 555 0143")
        push = f"https://fcm.googleapis.com/fcm/send/{name}"
        assert add_device(
            person, {"endpoint": push, "p256dh": KEYS["p256dh"], "auth": KEYS["auth"]}
        )
        post(str(person.email), f"For {name}", "Your code is 123456")
        KeptForm.objects.create(user=person, sealed=name, kept_until=timezone.now())
        report_wrong(factories.resource(), what="other", words=name)
        run = ImportRun.objects.create(kind="needs", file_name=name, said=name, problem=name)
        ImportPart.objects.create(run=run, of=ImportPart.Of.FILE, number=0, content=name)
        texts = {"cells": name, "reasons": name, "before": name}
        ImportRow.objects.create(run=run, number=1, outcome=Outcome.UNREAD, **texts)
        RememberedChoices.objects.create(key=name, choices=name)
        first, second = factories.details(notes=name), factories.details(notes="twice")
        one, other = factories.ask(first, second, contact=CANARY).needs.all()
        apps.get_model("requests_app.NeedMerge").objects.create(
            need=other, urgency=1, notes=one.notes.text
        )
        decided_and_paid(name, one.ask)
        asked_by_another_group(name)


def asked_by_another_group(name: str) -> None:
    """What came from a partner and what waits to go there; a key of ours that is retired, and the next."""
    crown = partners.other_site(name).partner
    SigningKey.objects.update(retired_at=timezone.now())
    keys.current_key()
    with transaction.atomic():
        outbox.send(crown, Ping(name=name))
    IncomingReferral.objects.create(
        public_id=uuid4(),
        partner=crown,
        state="received",
        contact=name,
        answer_by=timezone.now(),
    )


def decided_and_paid(name: str, ask: Ask) -> None:
    """A proposal with answers, and an expense with its receipt."""
    voting.together()
    member = voting.member(f"Member {name}")
    minutes = 11 if name == "Vera" else 12
    which = "wave_minutes_high" if name == "Vera" else "wave_minutes_low"
    decision = voting.proposed(member, {which: minutes}, why=name)
    voting.say(decision, "concern", member, reason=name)
    NeighbourAnswer.objects.create(decision=decision, ask=ask, answer="for", reason=name)
    decision.reasons_json = '{"members": []}'
    decision.save()
    expense = money.money_back(money.pot(), member, purpose=name, payee_words=name)
    expense.decline_words = name
    expense.save()
    Receipt.objects.create(expense=expense, content=name, digest=name)


def raw(model: type[models.Model], column: str) -> dict[object, str]:
    pk = model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {pk}, {column} FROM {model._meta.db_table} ORDER BY {pk}")
        return dict(cursor.fetchall())


def overwrite(model: type[models.Model], column: str, pk: Any, value: str) -> None:
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", [value, pk])


ONE_ROW = ("backups.SiteIdentity",)
"""Tables in which nothing can be moved."""


@pytest.mark.parametrize(
    ("model", "field"),
    [(model, field) for model, field in ENCRYPTED if model._meta.label not in ONE_ROW],
    ids=lambda part: getattr(part, "name", ""),
)
def test_a_value_moved_to_the_same_column_of_another_row_does_not_open(model, field):
    two_rows_of_each()
    values = raw(model, field.column)
    assert len(values) > 1, "a test of moving needs something to move"
    for (_, value), (pk, own) in permutations(values.items(), 2):
        overwrite(model, field.column, pk, value)
        with pytest.raises(WrongKey):
            model.objects.get(pk=pk)
        overwrite(model, field.column, pk, own)
        model.objects.get(pk=pk)


def test_a_query_alone_writes_nothing_that_no_row_opens():
    ask = canary.ask()
    before = stored()
    with pytest.raises(TypeError, match="save the row"), transaction.atomic():
        AskContact.objects.filter(ask=ask).update(phone="555 0199")
    assert stored() == before


def as_version_one(text: str, column: str, key: str) -> str:
    """What the version before this one stored."""
    name, _, body = key.partition(":")
    nonce = os.urandom(12)
    sealed = AESGCM(b64decode(body)).encrypt(nonce, text.encode(), column.encode())
    return f"{name}:{b64encode(nonce + sealed).decode()}"


def test_values_of_the_version_before_are_read_and_rotation_binds_them_to_their_row(settings):
    settings.CONTACT_KEYS = [OLD]
    one, other = canary.ask(), canary.ask()
    for ask in (one, other):
        old = as_version_one(f"N{ask.pk}", "requests_app_askcontact.name", OLD)
        overwrite(AskContact, "name", ask.pk, old)
    assert AskContact.objects.get(ask=one).name == f"N{one.pk}"
    call_command("rotate_keys", stdout=StringIO())
    values = raw(AskContact, "name")
    assert all(value.startswith("old:2:") for value in values.values())
    assert AskContact.objects.get(ask=one).name == f"N{one.pk}"
    overwrite(AskContact, "name", one.pk, values[other.pk])
    with pytest.raises(WrongKey):
        AskContact.objects.get(ask=one)


def test_a_new_value_does_not_pass_for_an_old_one():
    new = encrypt("a", column="t.c", row=1)
    with pytest.raises(WrongKey):
        decrypt(new.replace(":2:", ":"), column="t.c", row=1)


@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_comes_back_and_only_its_order_of_size_is_seen(text):
    value = encrypt(text, column="t.c", row=1)
    assert decrypt(value, column="t.c", row=1) == text
    size = len(b64decode(value.split(":")[2])) - 12 - 16
    assert size in {32, 64, 128, 256, 512, 1024}
    assert size == 32 or len(text.encode()) >= size // 2


def test_who_must_not_hear_of_it_is_as_long_as_nothing_at_all():
    told = canary.ask()
    contact = AskContact.objects.get(ask=told)
    contact.keep_from = "Bob, my uncle"
    contact.save()
    silent = canary.ask()
    lengths = raw(AskContact, "keep_from")
    assert len(lengths[told.pk]) == len(lengths[silent.pk])


def test_rows_written_all_at_once_open_as_well():
    ask = canary.ask()
    NeedNotes.objects.filter(need__ask=ask).delete()
    NeedNotes.objects.bulk_create([NeedNotes(need=ask.needs.get(), text="all at once")])
    assert NeedNotes.objects.get().text == "all at once"
    fresh = NeedNotes.objects.defer("text").get()
    assert fresh.text == "all at once"
    fresh.refresh_from_db()
    assert fresh.text == "all at once"


def test_what_hangs_on_no_number_of_its_row_opens_too():
    two_rows_of_each()
    assert {mail.subject for mail in AccountMail.objects.all()} == {"For Vera", "For Walt"}
    assert {d.endpoint[-4:] for d in Device.objects.all()} == {"Vera", "Walt"}
    assert {p.phone for p in Preferences.objects.all()} == {"212 555 0143"}


def test_a_field_for_whose_row_nothing_stands_in_time_is_no_field():
    class Numbered(models.Model):  # noqa: DJ008
        text = EncryptedTextField()

        class Meta:
            app_label = "policy"

    class Late(models.Model):  # noqa: DJ008
        text = EncryptedTextField(row="code")
        code = models.UUIDField()

        class Meta:
            app_label = "policy"

    for model in (Numbered, Late):
        assert [error.id for error in model.check()][-1] == "mutualaid.E031"
        del apps.all_models["policy"][str(model._meta.model_name)]


def test_a_session_in_the_database_signs_no_one_in_and_names_no_one(rosa):
    browser = Client()
    browser.force_login(rosa)
    asking.answer_all(browser)
    cookie = browser.cookies["session"].value
    row = Session.objects.get()
    assert cookie not in (row.session_key, row.session_data)
    thief = Client()
    thief.cookies["session"] = row.session_key
    assert thief.get("/me/").status_code == 302
    assert browser.get("/me/").status_code == 200


def test_a_session_moved_to_another_row_is_nobodys(rosa, carla):
    browsers = {person: Client() for person in (rosa, carla)}
    for person, browser in browsers.items():
        browser.force_login(person)
    mine, other = Session.objects.order_by("expire_date")
    Session.objects.filter(pk=mine.pk).update(session_data=other.session_data)
    assert browsers[rosa].get("/me/").status_code == 302


def test_a_session_without_its_key_is_over_and_no_error(rosa, settings):
    browser = Client()
    browser.force_login(rosa)
    settings.CONTACT_KEYS = [NEW]
    assert browser.get("/me/").status_code == 302


@pytest.mark.parametrize(
    ("secret", "keys", "reason"),
    [
        ("", [GOOD], "SECRET_KEY can be guessed"),
        ("short", [GOOD], "SECRET_KEY can be guessed"),
        ("a" * 60, [GOOD], "SECRET_KEY can be guessed"),
        ("django-insecure-" + SECRET, [GOOD], "SECRET_KEY can be guessed"),
        (SECRET, ["k1:" + "A" * 43 + "="], "k1 can be guessed"),
        (SECRET, ["k1:" + b64encode(b"/" * 32).decode()], "k1 can be guessed"),
        (SECRET, ["k1:" + b64encode(b"two " * 8).decode()], "k1 can be guessed"),
        (SECRET, [GOOD, GOOD.replace("k1", "k2")], "k2 is another key's"),
        (SECRET, [GOOD, "k1:" + b64encode(os.urandom(32)).decode()], "k1 is another key's"),
        (GOOD[3:], [GOOD], "k1 is another key's"),
    ],
)
def test_weak_keys_are_refused(secret, keys, reason):
    with pytest.raises(ImproperlyConfigured, match=reason):
        refuse_weak_keys(secret, keys)


def test_random_ones_are_not():
    for _ in range(1000):
        refuse_weak_keys(SECRET, ["k1:" + b64encode(os.urandom(32)).decode()])
