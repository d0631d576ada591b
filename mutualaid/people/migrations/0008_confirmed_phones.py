"""Who confirmed a phone by the link that was sent there is known by it from now on, and signs in by it."""

from typing import Any, ClassVar

from django.db import migrations

from mutualaid.encryption.fields import readable_texts
from mutualaid.encryption.fingerprints import fingerprints


def add_confirmed_phones(apps: Any, schema_editor: Any) -> None:
    point = apps.get_model("people", "AccountContactPoint")
    confirmed = apps.get_model("notify", "Preferences").objects.exclude(phone_confirmed_at=None)
    missing = [
        point(user_id=user, fingerprint=fingerprint)
        for user, phone in readable_texts(confirmed, "phone").items()
        for fingerprint in fingerprints(phone)
    ]
    point.objects.bulk_create(missing, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("people", "0007_phone_accounts"), ("notify", "0005_longer_group")]

    operations: ClassVar = [
        migrations.RunPython(add_confirmed_phones, migrations.RunPython.noop, elidable=True)
    ]
