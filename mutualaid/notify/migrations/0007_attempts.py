import django.db.models.deletion
import django.db.models.functions.datetime
import mutualaid.notify.models.notification
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notify', '0006_no_pauses'),
    ]

    operations = [
        migrations.RenameField(model_name='notification', old_name='attempts', new_name='tries'),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('notification', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attempts', to='notify.notification', verbose_name='message')),
                ('channel', models.CharField(max_length=10, verbose_name='way')),
                ('reached', models.CharField(max_length=32)),
                ('state', models.CharField(choices=[('trying', 'being tried'), ('sent', 'sent'), ('uncertain', 'may or may not have arrived'), ('failed', "didn't arrive"), ('stopped', 'no longer needed')], default='trying', max_length=10, verbose_name='state')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='tries')),
                ('error', models.CharField(blank=True, max_length=80, verbose_name='what went wrong')),
                ('message_id', models.CharField(default=mutualaid.notify.models.notification.new_message_id, max_length=200, unique=True)),
                ('began_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='first tried')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent')),
                ('failed_at', models.DateTimeField(blank=True, null=True, verbose_name='came back')),
            ],
            options={
                'verbose_name': 'way of a message',
                'verbose_name_plural': 'ways of a message',
                'ordering': ('pk',),
                'default_permissions': (),
            },
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(fields=['reached'], name='attempt_reached'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.UniqueConstraint(fields=('notification', 'channel', 'reached'), name='attempt_notification_channel_reached_uniq', violation_error_message='This message is on this way already.'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='attempt_state_sent_at_check', violation_error_message='What was sent has a time of sending.'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('failed_at__isnull', False), ('state', 'failed')), models.Q(models.Q(('state', 'failed'), _negated=True), ('failed_at', None)), _connector='OR'), name='attempt_state_failed_at_check', violation_error_message='What failed has the time at which it did.'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['trying', 'sent', 'uncertain', 'failed', 'stopped'])), name='attempt_state_check', violation_error_message='Choose one of the states.'),
        ),
    ]
