"""Contact details from before get their blind index; what no key opens is left as it is."""

from typing import Any

from django.db import migrations

from mutualaid.crypto import WrongKey


def fill(apps: Any, schema_editor: Any) -> None:
    contacts = apps.get_model("requests_app", "NeedContact").objects
    for pk in contacts.values_list("pk", flat=True).iterator():
        try:
            contact = contacts.get(pk=pk)
        except WrongKey:
            continue
        contact.save(update_fields=["phone_index", "email_index"])


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0004_blind_index")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
