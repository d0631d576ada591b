from typing import Any

from django.db import migrations


def write_points(apps: Any, schema_editor: Any) -> None:
    apps.get_model("matching", "Weights").objects.get_or_create(pk=1)


def make_offers_due(apps: Any, schema_editor: Any) -> None:
    """Offers that are here already are written into the index by the first sweep."""
    from django.db.models.functions import Now

    offers = apps.get_model("offers_app", "Offer").objects
    offers.filter(state="active", match_due_at=None).update(match_due_at=Now())


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0003_initial"),
        ("offers_app", "0002_initial"),
    ]
    operations = [
        migrations.RunPython(write_points, migrations.RunPython.noop),
        migrations.RunPython(make_offers_due, migrations.RunPython.noop, elidable=True),
    ]
