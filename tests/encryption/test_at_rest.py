"""What rests in the database and in its dumps can be read with the key alone. Bar P8."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from requests_app.models import AskContact, NeedNotes
from tests.support import canary, factories, stored
from tests.support.canary import CANARY, NOTES, SECRETS


@pytest.mark.django_db
def test_no_table_holds_a_readable_detail():
    ask = canary.ask()
    assert stored.leaks(SECRETS, stored.every_row()) == []
    assert AskContact.objects.get(ask=ask).address == CANARY.address
    assert NeedNotes.objects.get(need__ask=ask).text == NOTES


@pytest.mark.django_db(transaction=True)
def test_no_file_of_the_database_holds_one():
    canary.ask(source="a source to be found")
    held = stored.every_byte()
    assert not held or b"a source to be found" in held
    assert [secret for secret in SECRETS if secret.encode() in held] == []


@pytest.mark.django_db(transaction=True)
def test_what_is_erased_is_overwritten_in_the_file_too():
    user = factories.person("Findable Canarywoman")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            assert b"Findable Canarywoman" in stored.every_byte()
    type(user).objects.filter(pk=user.pk).update(name="")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"Findable Canarywoman" not in stored.every_byte()


@pytest.mark.django_db
def test_djangos_own_dump_holds_none_and_can_be_loaded_again():
    ask = canary.ask()
    out = StringIO()
    call_command("dumpdata", "requests_app.askcontact", "requests_app.neednotes", stdout=out)
    assert stored.leaks(SECRETS, out.getvalue()) == []
    AskContact.objects.filter(ask=ask).delete()
    NeedNotes.objects.filter(need__ask=ask).delete()
    contact, notes = (row["fields"] for row in json.loads(out.getvalue()))
    assert contact["phone"]["encrypted"]
    assert notes["text"]["encrypted"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", StringIO(out.getvalue()))
        call_command("loaddata", "-", format="json", verbosity=0)
    assert AskContact.objects.get(ask=ask).address == CANARY.address
    assert NeedNotes.objects.get(need__ask=ask).text == NOTES


@pytest.mark.django_db
def test_words_that_look_like_a_cipher_stay_words():
    need = canary.need()
    NeedNotes.write(need, 'k1:AAAA {"encrypted": "k1:AAAA"}')
    assert NeedNotes.objects.get(need=need).text == 'k1:AAAA {"encrypted": "k1:AAAA"}'
