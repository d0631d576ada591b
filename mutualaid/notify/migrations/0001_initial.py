import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.manager
import mutualaid.encryption.fields
import mutualaid.notify.models.notification
import mutualaid.notify.models.preferences
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AccountMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', mutualaid.encryption.fields.EncryptedTextField()),
                ('subject', mutualaid.encryption.fields.EncryptedTextField()),
                ('body', mutualaid.encryption.fields.EncryptedTextField()),
                ('language', models.CharField(blank=True, max_length=10)),
                ('expires_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'mail about an account',
                'verbose_name_plural': 'mails about accounts',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Device',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fingerprint', models.CharField(max_length=32, unique=True)),
                ('endpoint', mutualaid.encryption.fields.EncryptedTextField()),
                ('p256dh', mutualaid.encryption.fields.EncryptedTextField()),
                ('auth', mutualaid.encryption.fields.EncryptedTextField()),
                ('since', models.DateTimeField(auto_now_add=True, verbose_name='since')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='devices', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'device',
                'verbose_name_plural': 'devices',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=120)),
                ('channel', models.CharField(default='email', max_length=10, verbose_name='way')),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('about_id', models.BigIntegerField()),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('sent', 'sent'), ('to_call', 'a coordinator rings'), ('uncertain', 'may or may not have arrived'), ('cancelled', 'no longer needed'), ('failed', 'given up')], default='waiting', max_length=10, verbose_name='state')),
                ('due_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='due')),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='tries')),
                ('urgent', models.BooleanField(default=False, verbose_name='urgent')),
                ('error', models.CharField(blank=True, max_length=80, verbose_name='what went wrong')),
                ('message_id', models.CharField(default=mutualaid.notify.models.notification.new_message_id, max_length=200)),
                ('reached', models.CharField(blank=True, max_length=32)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='written')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent')),
                ('recipient', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL, verbose_name='recipient')),
                ('taken_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who rings')),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
            },
        ),
        migrations.CreateModel(
            name='CallTask',
            fields=[
            ],
            options={
                'verbose_name': 'call to make',
                'verbose_name_plural': 'call list',
                'proxy': True,
                'default_permissions': ('view', 'change'),
                'indexes': [],
                'constraints': [],
            },
            bases=('notify.notification',),
            managers=[
                ('calls', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Preferences',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='preferences', serialize=False, to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('phone', mutualaid.encryption.fields.EncryptedTextField(blank=True, default='', verbose_name='phone')),
                ('phone_request', models.BigIntegerField(null=True, unique=True)),
                ('phone_confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='phone confirmed')),
                ('ways', models.JSONField(default=mutualaid.notify.models.preferences.usual_ways)),
                ('quiet_from', models.TimeField(blank=True, null=True, verbose_name='quiet from')),
                ('quiet_until', models.TimeField(blank=True, null=True, verbose_name='quiet until')),
                ('time_zone', models.CharField(blank=True, max_length=40, validators=[mutualaid.notify.models.preferences.known_zone], verbose_name='time zone')),
                ('urgent_at_night', models.BooleanField(default=False, verbose_name='urgent invitations in quiet hours too')),
                ('max_invitations_per_week', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='most invitations a week')),
                ('pace', models.CharField(choices=[('at_once', 'At once'), ('daily', 'All of a day in one message'), ('weekly', 'All of a week in one message, on Mondays')], default='at_once', max_length=10, verbose_name='at once or together')),
                ('paused_until', models.DateField(blank=True, null=True, verbose_name='no invitations until')),
            ],
            options={
                'verbose_name': 'preferences about messages',
                'verbose_name_plural': 'preferences about messages',
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('max_invitations_per_week__lte', 50)), name='preferences_max_invitations_per_week_check', violation_error_message='Choose no more than 50 messages a week.'), models.CheckConstraint(condition=models.Q(('pace__in', ['at_once', 'daily', 'weekly'])), name='preferences_pace_check', violation_error_message='Choose how often messages come.')],
            },
        ),
        migrations.CreateModel(
            name='Suppression',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(max_length=10, verbose_name='way')),
                ('fingerprint', models.CharField(max_length=32)),
                ('group', models.CharField(blank=True, max_length=10, verbose_name='kind')),
                ('reason', models.CharField(choices=[('stop', 'its owner said stop'), ('off', 'its owner wants no more of this kind'), ('bounced', 'nothing arrives there')], max_length=10, verbose_name='reason')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='since')),
            ],
            options={
                'verbose_name': 'closed door',
                'verbose_name_plural': 'closed doors',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('channel', 'fingerprint', 'group'), name='suppression_channel_fingerprint_group_uniq', violation_error_message='We have stopped writing to this phone or e-mail already.'), models.CheckConstraint(condition=models.Q(('reason__in', ['stop', 'off', 'bounced'])), name='suppression_reason_check', violation_error_message='Choose one of the reasons.')],
            },
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at'], name='message_waiting'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('reached', ''), _negated=True), fields=['reached'], name='message_reached'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.UniqueConstraint(fields=('key', 'channel'), name='notification_key_channel_uniq', violation_error_message='This message is here already.'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at', None)), _connector='OR'), name='notification_state_sent_at_check', violation_error_message='A message has a time of sending once it was sent, and not before.'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'sent', 'to_call', 'uncertain', 'cancelled', 'failed'])), name='notification_state_check', violation_error_message='Choose one of the states.'),
        ),
    ]
