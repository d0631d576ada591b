import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('requests_app', '0015_week_of_the_help'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HourNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='minutes')),
                ('day', models.DateField(verbose_name='day')),
                ('proposed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='proposed')),
                ('state', models.CharField(choices=[('proposed', 'waits for an answer'), ('agreed', 'agreed'), ('declined', 'not agreed'), ('taken_back', 'taken back'), ('lapsed', 'no one answered')], default='proposed', max_length=12, verbose_name='state')),
                ('agreed_at', models.DateTimeField(null=True, verbose_name='agreed')),
                ('is_gift', models.BooleanField(default=False, verbose_name='a gift')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
                ('agreed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='agreed by')),
                ('claim', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='requests_app.claim', verbose_name='claim')),
                ('giver', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who gave')),
                ('proposed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by')),
                ('receiver', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who received')),
            ],
            options={
                'verbose_name': 'note of hours',
                'verbose_name_plural': 'notes of hours',
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('giver__isnull', False), ('receiver__isnull', False), _connector='OR'), name='hournote_giver_or_receiver_check', violation_error_message='Someone gave or received it.'), models.CheckConstraint(condition=models.Q(('giver', models.F('receiver')), _negated=True), name='hournote_giver_receiver_check', violation_error_message='No one gives hours to themself.'), models.CheckConstraint(condition=models.Q(('minutes__gte', 1), ('minutes__lte', 1440)), name='hournote_minutes_check', violation_error_message='Write a time from 1 minute to 24 hours.'), models.CheckConstraint(condition=models.Q(('proposed_by', None), ('proposed_by', models.F('giver')), ('proposed_by', models.F('receiver')), ('giver', None), ('receiver', None), _connector='OR'), name='hournote_proposed_by_check', violation_error_message='One of the two notes it.'), models.CheckConstraint(condition=models.Q(models.Q(('agreed_by', models.F('proposed_by')), _negated=True), models.Q(('agreed_by', models.F('giver')), ('receiver', None), _negated=True)), name='hournote_agreed_by_proposed_by_check', violation_error_message='No one agrees to their own note.'), models.CheckConstraint(condition=models.Q(('agreed_by', None), ('agreed_by', models.F('giver')), ('agreed_by', models.F('receiver')), ('giver', None), ('receiver', None), _connector='OR'), name='hournote_agreed_by_check', violation_error_message='The other of the two agrees.'), models.CheckConstraint(condition=models.Q(models.Q(('agreed_by', None), ('state', 'agreed'), _negated=True), ('giver', None), ('receiver', None), _connector='OR'), name='hournote_state_agreed_by_check', violation_error_message='Someone has to agree.'), models.CheckConstraint(condition=models.Q(models.Q(('agreed_at', None), ('agreed_by', None), ('ended_at', None), ('state', 'proposed')), models.Q(('agreed_at__isnull', False), ('ended_at', None), ('state', 'agreed')), models.Q(('agreed_at', None), ('agreed_by', None), ('ended_at__isnull', False), ('state__in', ['declined', 'taken_back', 'lapsed'])), _connector='OR'), name='hournote_state_check', violation_error_message='Choose one of the states, with its day.'), models.CheckConstraint(condition=models.Q(('is_gift', False), ('state', 'agreed'), _connector='OR'), name='hournote_is_gift_state_check', violation_error_message='Only what is agreed can be a gift.'), models.UniqueConstraint(condition=models.Q(('state__in', ['proposed', 'agreed'])), fields=('claim',), name='hournote_claim_uniq', violation_error_message='The hours of this help are noted already.'), models.UniqueConstraint(condition=models.Q(('claim', None), ('state', 'proposed')), fields=('proposed_by', 'giver', 'receiver'), name='hournote_proposed_by_giver_receiver_uniq', violation_error_message='A note to this person waits for their answer already.')],
            },
        ),
    ]
