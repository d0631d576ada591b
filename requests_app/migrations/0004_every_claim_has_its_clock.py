from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import migrations, models
from django.db.models import F
from django.utils import timezone


def start_the_clocks(apps: Any, schema_editor: Any) -> None:
    """Nobody is asked at once because of an upgrade: silence counts from now, or from the agreed day."""
    Claim = apps.get_model("requests_app", "Claim")
    now, morning = timezone.now(), time(settings.DIGEST_HOUR)
    for claim in Claim.objects.filter(state__in=("contacted", "scheduled")):
        day = claim.scheduled_for if claim.state == "scheduled" else None
        after = day and timezone.make_aware(datetime.combine(day + timedelta(days=1), morning))
        claim.silent_since, claim.nudged_at = max(now, after or now), None
        claim.save(update_fields=["silent_since", "nudged_at"])
    done = Claim.objects.filter(state="delivered", delivered_at=None)
    done.update(delivered_at=F("claimed_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0003_claim_buddy"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="claim",
            name="silent_since",
            field=models.DateTimeField(blank=True, null=True, verbose_name="nothing heard since"),
        ),
        migrations.RunPython(start_the_clocks, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=~models.Q(state__in=("contacted", "scheduled"), silent_since=None)
                & ~models.Q(state="delivered", delivered_at=None),
                name="live_claim_has_its_clock",
            ),
        ),
    ]
