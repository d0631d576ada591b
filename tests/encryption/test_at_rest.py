"""What rests in the database and in its dumps can be read with the key alone. Bar P8."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from requests_app.models import NeedContact
from tests.retention.test_erasing import CANARY, TOLD
from tests.support import factories, stored

SECRETS = TOLD


@pytest.mark.django_db
def test_no_table_holds_a_readable_detail():
    need = factories.need(details=CANARY)
    assert stored.leaks(SECRETS, stored.every_row()) == []
    assert NeedContact.objects.get(need=need).notes == CANARY.notes


@pytest.mark.django_db(transaction=True)
def test_no_file_of_the_database_holds_one():
    factories.need(details=CANARY, source="a source to be found")
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
    need = factories.need(details=CANARY)
    out = StringIO()
    call_command("dumpdata", "requests_app.needcontact", stdout=out)
    assert stored.leaks(SECRETS, out.getvalue()) == []
    NeedContact.objects.filter(need=need).delete()
    [row] = json.loads(out.getvalue())
    assert row["fields"]["phone"]["encrypted"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", StringIO(out.getvalue()))
        call_command("loaddata", "-", format="json", verbosity=0)
    assert NeedContact.objects.get(need=need).address == CANARY.address


@pytest.mark.django_db
def test_words_that_look_like_a_cipher_stay_words():
    need = factories.need(details=CANARY)
    NeedContact.objects.filter(need=need).update(notes='k1:AAAA {"encrypted": "k1:AAAA"}')
    assert NeedContact.objects.get(need=need).notes == 'k1:AAAA {"encrypted": "k1:AAAA"}'
