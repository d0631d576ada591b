"""A claim counts for the week of the help (ADR 84), also one that was made before."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.db import migrations
from django.db.models import Q
from django.utils import timezone

FILLS_A_PLACE = ('claimed', 'contacted', 'scheduled', 'delivered', 'confirmed', 'unconfirmed')


def count_for_the_week_of_the_help(apps: Any, schema_editor: Any) -> None:
    """Move claims whose day is still to come into the first free place of its week; weeks that are over stay."""
    filling = apps.get_model('requests_app', 'Claim').objects.filter(state__in=FILLS_A_PLACE)
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    to_come = Q(need__needed_by__gte=monday) | Q(scheduled_for__gte=monday)
    for claim in filling.filter(to_come).select_related('need').order_by('pk'):
        day = claim.scheduled_for or claim.need.needed_by
        week = day - timedelta(days=day.weekday())
        if week != claim.week and week >= monday:
            others = filling.filter(volunteer=claim.volunteer_id, week=week)
            taken = set(others.values_list('week_slot', flat=True))
            claim.week, claim.week_slot = week, next(n for n in count(1) if n not in taken)
            claim.save(update_fields=['week', 'week_slot'])


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0014_undo_what_was_held'),
    ]

    operations = [
        migrations.RunPython(count_for_the_week_of_the_help, migrations.RunPython.noop, elidable=True),
    ]
