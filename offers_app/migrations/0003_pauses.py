from typing import Any

from django.db import migrations
from django.utils import timezone


def move_pauses(apps: Any, schema_editor: Any) -> None:
    """A break has one owner, the offer: those set among the messages go on there."""
    offers = apps.get_model("offers_app", "Offer").objects
    preferences = apps.get_model("notify", "Preferences").objects
    paused = preferences.filter(paused_until__gt=timezone.localdate())
    for user, until in paused.values_list("user", "paused_until"):
        active = offers.filter(volunteer=user, state__in=["active", "needs_reconfirm"])
        active.update(state="paused", paused_until=until, reconfirm_asked_at=None)
    preferences.exclude(paused_until=None).update(paused_until=None)


class Migration(migrations.Migration):

    dependencies = [
        ("notify", "0005_longer_group"),
        ("offers_app", "0002_asked"),
    ]

    operations = [migrations.RunPython(move_pauses, migrations.RunPython.noop)]
