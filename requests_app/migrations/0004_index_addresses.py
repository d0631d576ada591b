"""The contact details that are there already can be found too when a link is lost."""

from typing import Any

from django.db import migrations


def write_indexes(apps: Any, schema_editor: Any) -> None:
    contacts = apps.get_model("requests_app", "NeedContact")
    for contact in contacts.objects.iterator(chunk_size=500):
        contact.save(update_fields=["email_index", "phone_index"])


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0003_ways_back_and_safe_contact")]

    operations = [migrations.RunPython(write_indexes, migrations.RunPython.noop)]
