"""Sessions are known by a hash and encrypted from now on: older ones open for no one, and say whose they are."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("people", "0005_sign_in"), ("sessions", "0001_initial")]

    operations: ClassVar = [
        migrations.RunSQL("DELETE FROM django_session", migrations.RunSQL.noop, elidable=True)
    ]
