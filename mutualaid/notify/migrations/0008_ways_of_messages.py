"""Of the messages of one key, which were one a channel, one stays, and what came of each way is its attempt."""

from typing import Any

from django.db import migrations
from django.db.models import Count
from django.utils import timezone

BEST_FIRST = ('sent', 'to_call', 'waiting', 'uncertain', 'failed', 'cancelled')
FATES = {'sent': 'sent', 'to_call': 'trying', 'waiting': 'trying', 'uncertain': 'uncertain', 'failed': 'failed'}


def keep_ways(apps: Any, schema_editor: Any) -> None:
    Notification = apps.get_model('notify', 'Notification')
    Attempt = apps.get_model('notify', 'Attempt')
    tried = Notification.objects.exclude(state='cancelled').exclude(state='waiting', tries=0)
    now = timezone.now()
    attempts = (
        Attempt(
            notification_id=row.pk,
            channel=row.channel,
            reached=row.reached,
            state=FATES[row.state],
            tries=row.tries,
            error=row.error,
            message_id=row.message_id,
            began_at=row.created_at,
            sent_at=row.sent_at,
            failed_at=now if row.state == 'failed' else None,
        )
        for row in tried.order_by('pk').iterator()
    )
    Attempt.objects.bulk_create(attempts, batch_size=500)
    several = Notification.objects.values('key').annotate(rows=Count('pk')).filter(rows__gt=1)
    for key in list(several.values_list('key', flat=True)):
        rows = sorted(
            Notification.objects.filter(key=key), key=lambda row: (BEST_FIRST.index(row.state), row.pk)
        )
        for other in rows[1:]:
            Attempt.objects.filter(notification=other).update(notification=rows[0])
            other.delete()
        if rows[0].state == 'sent':
            Attempt.objects.filter(notification=rows[0], state='trying').update(state='stopped')


class Migration(migrations.Migration):

    dependencies = [
        ('notify', '0007_attempts'),
    ]

    operations = [
        migrations.RunPython(keep_ways, migrations.RunPython.noop),
    ]
