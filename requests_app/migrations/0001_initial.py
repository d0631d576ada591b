import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import mutualaid.catalog.time_slot_field
import mutualaid.encryption.fields
import requests_app.models.claim
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalog', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Ask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('for_whom', models.CharField(choices=[('self', 'For me'), ('someone_else', 'For someone else, who agreed to it')], default='self', max_length=12, verbose_name='for whom')),
                ('read_first', models.BooleanField(default=False, verbose_name='a coordinator reads it first')),
                ('call_back_at', models.DateTimeField(blank=True, null=True, verbose_name='lost the way back; to be rung since')),
                ('source', models.CharField(blank=True, max_length=40, verbose_name='came from')),
                ('reference', models.CharField(blank=True, max_length=80, verbose_name='reference there')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='asked at')),
                ('erased_at', models.DateTimeField(blank=True, null=True, verbose_name='personal details erased at')),
                ('account', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='asks', to=settings.AUTH_USER_MODEL, verbose_name='account')),
                ('alike', models.ManyToManyField(blank=True, to='requests_app.ask', verbose_name='looks alike, is of others')),
                ('languages', models.ManyToManyField(related_name='+', to='catalog.language', verbose_name='languages')),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='merged', to='requests_app.ask', verbose_name='of the same household as')),
            ],
            options={
                'verbose_name': 'ask',
                'verbose_name_plural': 'asks',
            },
        ),
        migrations.CreateModel(
            name='LinkRecoveryRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fingerprints', models.CharField(blank=True, max_length=320)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='asked at')),
            ],
            options={
                'verbose_name': 'lost link',
                'verbose_name_plural': 'lost links',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Need',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('urgency', models.PositiveSmallIntegerField(choices=[(1, 'No hurry'), (2, 'This week'), (3, 'In two days'), (4, 'Today')], default=2, verbose_name='how soon')),
                ('needed_by', models.DateField(blank=True, null=True, verbose_name='needed by')),
                ('week_parts', mutualaid.catalog.time_slot_field.WeekPartsField(default=63, verbose_name='at which times')),
                ('people_count', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='for how many people')),
                ('helpers_wanted', models.PositiveSmallIntegerField(default=1, verbose_name='how many helpers, all in all')),
                ('state', models.CharField(choices=[('triage', 'a coordinator reads it'), ('no_answer', 'the neighbour could not be reached yet'), ('on_hold', 'it waits for a day'), ('referred', 'passed on, we ask whether it worked'), ('merged', 'kept together with another need'), ('open', 'looking for somebody'), ('claimed', 'somebody is coming'), ('delivered', 'done, not yet confirmed'), ('closed', 'closed')], default='triage', max_length=12, verbose_name='state')),
                ('close_reason', models.CharField(blank=True, choices=[('fulfilled', 'the help arrived'), ('partly', 'part of it arrived'), ('unable', 'nobody could do it'), ('withdrawn', 'the neighbour withdrew it'), ('other_help', 'help came from elsewhere'), ('referred', 'passed on to others'), ('duplicate', 'the same need is here twice'), ('unsafe', 'it was not safe'), ('unreachable', 'the neighbour could not be reached'), ('expired', 'its time ran out'), ('unconfirmed', 'done, the neighbour did not say')], max_length=12, verbose_name='closed because')),
                ('aside_until', models.DateField(blank=True, null=True, verbose_name='put aside until')),
                ('recurrence_id', models.DateField(blank=True, null=True, verbose_name='made for the day')),
                ('match_due_at', models.DateTimeField(blank=True, null=True, verbose_name='next look for volunteers')),
                ('open_until', models.DateTimeField(blank=True, null=True, verbose_name='open until')),
                ('warned_at', models.DateTimeField(blank=True, null=True, verbose_name='asked whether it is still needed')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='asked at')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed at')),
                ('erased_at', models.DateTimeField(blank=True, null=True, verbose_name='personal details erased at')),
                ('ask', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='needs', to='requests_app.ask', verbose_name='ask')),
                ('came_with', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='lent_needs', to='requests_app.ask', verbose_name='came with')),
                ('category', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.category', verbose_name='category')),
                ('locality', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.locality', verbose_name='area')),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='merged', to='requests_app.need', verbose_name='kept together with')),
            ],
            options={
                'verbose_name': 'need',
                'verbose_name_plural': 'needs',
            },
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(max_length=200, verbose_name='rule')),
                ('starts_on', models.DateField(verbose_name='starts on')),
                ('made_until', models.DateField(verbose_name='made until')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
            ],
            options={
                'verbose_name': 'repeating need',
                'verbose_name_plural': 'repeating needs',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='AskContact',
            fields=[
                ('ask', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='contact', serialize=False, to='requests_app.ask')),
                ('name', mutualaid.encryption.fields.EncryptedTextField(blank=True, default='', verbose_name='name')),
                ('phone', mutualaid.encryption.fields.EncryptedTextField(blank=True, default='', verbose_name='phone')),
                ('email', mutualaid.encryption.fields.EncryptedTextField(blank=True, default='', verbose_name='e-mail')),
                ('address', mutualaid.encryption.fields.EncryptedTextField(blank=True, default='', verbose_name='address')),
                ('channels', mutualaid.encryption.fields.EncryptedTextField(blank=True, default='', verbose_name='safe ways')),
                ('times', mutualaid.encryption.fields.EncryptedTextField(blank=True, default='', verbose_name='safe times')),
                ('no_voicemail', models.BooleanField(default=False, verbose_name='no voicemail')),
                ('keep_from', mutualaid.encryption.fields.EncryptedTextField(blank=True, default='', verbose_name='must not hear of it')),
                ('language', models.CharField(blank=True, max_length=10, verbose_name='language of messages')),
            ],
            options={
                'verbose_name': 'contact details',
                'verbose_name_plural': 'contact details',
            },
        ),
        migrations.CreateModel(
            name='AccessLogEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by_kind', models.CharField(choices=[('neighbour', 'the neighbour'), ('volunteer', 'a volunteer'), ('coordinator', 'a coordinator'), ('import', 'an import'), ('site', 'the site, by the clock')], max_length=12, verbose_name='as')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='when')),
                ('window', models.CharField(max_length=20)),
                ('slot', models.PositiveSmallIntegerField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='looks', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('ask', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='access_log', to='requests_app.ask', verbose_name='ask')),
            ],
            options={
                'verbose_name': 'look at contact details',
                'verbose_name_plural': 'looks at contact details',
                'ordering': ('at', 'pk'),
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='AskContactPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fingerprint', models.CharField(db_index=True, max_length=32)),
                ('ask', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contact_points', to='requests_app.ask')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Exclusion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fingerprint', models.CharField(blank=True, editable=False, max_length=32)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='since')),
                ('ask', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='exclusions', to='requests_app.ask', verbose_name='ask')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'person who must not find out',
                'verbose_name_plural': 'people who must not find out',
            },
        ),
        migrations.CreateModel(
            name='NeedMerge',
            fields=[
                ('need', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='merge', serialize=False, to='requests_app.need')),
                ('urgency', models.PositiveSmallIntegerField()),
                ('needed_by', models.DateField(null=True)),
                ('open_until', models.DateTimeField(null=True)),
                ('notes', mutualaid.encryption.fields.EncryptedTextField(blank=True, default='')),
            ],
            options={
                'verbose_name': 'merge',
                'verbose_name_plural': 'merges',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='NeedNotes',
            fields=[
                ('need', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='notes', serialize=False, to='requests_app.need')),
                ('text', mutualaid.encryption.fields.EncryptedTextField(blank=True, default='', verbose_name='what the helper should know')),
            ],
            options={
                'verbose_name': 'notes',
                'verbose_name_plural': 'notes',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('state', models.CharField(choices=[('claimed', 'taken on'), ('contacted', 'in touch'), ('scheduled', 'a day is agreed'), ('delivered', 'done'), ('confirmed', 'confirmed by the neighbour'), ('released', 'let go'), ('lapsed', 'its time ran out'), ('unconfirmed', 'done, the neighbour did not say'), ('cancelled', 'no longer needed'), ('reassigned', 'given to somebody else'), ('cancelled_by_neighbour', 'the neighbour asked for somebody else'), ('no_show', 'did not come')], default='claimed', max_length=24, verbose_name='state')),
                ('place', models.PositiveSmallIntegerField(default=1, verbose_name='place among the helpers')),
                ('week', models.DateField(default=requests_app.models.claim.this_week, verbose_name='week')),
                ('week_slot', models.PositiveSmallIntegerField(verbose_name='place in the week')),
                ('claimed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='claimed at')),
                ('reminded_at', models.DateTimeField(blank=True, null=True, verbose_name='reminded at')),
                ('silent_since', models.DateTimeField(blank=True, null=True, verbose_name='nothing heard since')),
                ('scheduled_for', models.DateField(blank=True, null=True, verbose_name='agreed day')),
                ('delivered_at', models.DateTimeField(blank=True, null=True, verbose_name='done at')),
                ('reminded_again_at', models.DateTimeField(blank=True, null=True, verbose_name='asked once more at')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
                ('support_contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='supported_claims', to=settings.AUTH_USER_MODEL, verbose_name='coordinator to turn to')),
                ('volunteer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claims', to=settings.AUTH_USER_MODEL, verbose_name='volunteer')),
                ('need', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='claims', to='requests_app.need', verbose_name='need')),
            ],
            options={
                'verbose_name': 'claim',
                'verbose_name_plural': 'claims',
            },
        ),
        migrations.CreateModel(
            name='NeedEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='when')),
                ('action', models.CharField(choices=[('post', 'asked'), ('publish', 'published'), ('no_answer', 'could not be reached'), ('hold', 'put on hold'), ('refer', 'passed on to others'), ('resume', 'taken up again'), ('merge', 'put together with another need'), ('unmerge', 'stands alone again'), ('set_helper_count', 'another number of helpers'), ('split', 'made into several tasks'), ('claim', 'taken on'), ('assign', 'given to somebody'), ('reassign', 'given to somebody else'), ('release', 'let go'), ('cancel_helper', 'the neighbour asked for somebody else'), ('no_show', 'nobody came'), ('contact', 'in touch'), ('schedule', 'a day is agreed'), ('lapse', 'its time ran out'), ('extend', 'kept open'), ('expire', 'nobody was found in time'), ('close_unconfirmed', 'the neighbour did not say'), ('deliver', 'done'), ('not_arrived', 'it did not arrive'), ('need_more', 'part of it arrived, more is needed'), ('confirm', 'it arrived'), ('change', 'changed by the neighbour'), ('reread', 'to be read once more'), ('withdraw', 'taken back'), ('close', 'closed'), ('reopen', 'closing undone')], max_length=20, verbose_name='what')),
                ('state', models.CharField(choices=[('triage', 'a coordinator reads it'), ('no_answer', 'the neighbour could not be reached yet'), ('on_hold', 'it waits for a day'), ('referred', 'passed on, we ask whether it worked'), ('merged', 'kept together with another need'), ('open', 'looking for somebody'), ('claimed', 'somebody is coming'), ('delivered', 'done, not yet confirmed'), ('closed', 'closed')], max_length=12, verbose_name='state after it')),
                ('actor_kind', models.CharField(choices=[('neighbour', 'the neighbour'), ('volunteer', 'a volunteer'), ('coordinator', 'a coordinator'), ('import', 'an import'), ('site', 'the site, by the clock')], max_length=12, verbose_name='who')),
                ('reason', models.CharField(blank=True, max_length=60, verbose_name='why')),
                ('batch', models.CharField(blank=True, default='', editable=False, max_length=8)),
                ('aside_until', models.DateField(editable=False, null=True)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='account')),
                ('need', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='requests_app.need')),
            ],
            options={
                'verbose_name': 'event',
                'verbose_name_plural': 'history',
                'ordering': ('at', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='PrivateLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('code_hash', models.CharField(max_length=64, null=True, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='made at')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back at')),
                ('ask', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='requests_app.ask')),
            ],
            options={
                'verbose_name': 'private link',
                'verbose_name_plural': 'private links',
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='need',
            name='series',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='needs', to='requests_app.series', verbose_name='repeating need'),
        ),
        migrations.AddConstraint(
            model_name='ask',
            constraint=models.UniqueConstraint(condition=models.Q(('reference', ''), _negated=True), fields=('source', 'reference'), name='ask_source_reference_uniq', violation_error_message='This reference is here already.'),
        ),
        migrations.AddConstraint(
            model_name='ask',
            constraint=models.CheckConstraint(condition=models.Q(('for_whom__in', ['self', 'someone_else']), models.Q(('erased_at__isnull', False), ('for_whom', '')), _connector='OR'), name='ask_for_whom_check', violation_error_message='Choose for whom it is.'),
        ),
        migrations.AddConstraint(
            model_name='accesslogentry',
            constraint=models.UniqueConstraint(fields=('by', 'window', 'slot'), name='accesslogentry_by_window_slot_uniq', violation_error_message='This look has been counted already.'),
        ),
        migrations.AddConstraint(
            model_name='askcontactpoint',
            constraint=models.UniqueConstraint(fields=('ask', 'fingerprint'), name='askcontactpoint_ask_fingerprint_uniq', violation_error_message='This ask has this phone or e-mail already.'),
        ),
        migrations.AddIndex(
            model_name='exclusion',
            index=models.Index(condition=models.Q(('fingerprint', ''), _negated=True), fields=['fingerprint'], name='exclusion_fingerprint_idx'),
        ),
        migrations.AddConstraint(
            model_name='exclusion',
            constraint=models.UniqueConstraint(fields=('ask', 'person'), name='exclusion_ask_person_uniq', violation_error_message='This person is on the list already.'),
        ),
        migrations.AddConstraint(
            model_name='exclusion',
            constraint=models.UniqueConstraint(condition=models.Q(('fingerprint', ''), _negated=True), fields=('ask', 'fingerprint'), name='exclusion_ask_fingerprint_uniq', violation_error_message='This phone or e-mail is on the list already.'),
        ),
        migrations.AddConstraint(
            model_name='exclusion',
            constraint=models.CheckConstraint(condition=models.Q(('person__isnull', True), ('fingerprint', ''), _connector='XOR'), name='exclusion_person_or_fingerprint_check', violation_error_message='Choose a person, or write a phone number or an e-mail.'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('claimed', 'contacted', 'scheduled', 'delivered', 'confirmed', 'unconfirmed'))), fields=('need', 'place'), name='claim_need_place_uniq', violation_error_message='Someone else has this place among the helpers already.'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('claimed', 'contacted', 'scheduled', 'delivered'))), fields=('need', 'volunteer'), name='claim_need_volunteer_uniq', violation_error_message='This volunteer has said yes to this need already.'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('claimed', 'contacted', 'scheduled', 'delivered', 'confirmed', 'unconfirmed'))), fields=('volunteer', 'week', 'week_slot'), name='claim_volunteer_week_week_slot_uniq', violation_error_message='This volunteer has another task in this place of the week.'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.CheckConstraint(condition=models.Q(('place__gte', 1), ('week_slot__gte', 1)), name='claim_place_week_slot_check', violation_error_message='Places count from 1.'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['claimed', 'contacted', 'scheduled', 'delivered', 'confirmed', 'released', 'lapsed', 'unconfirmed', 'cancelled', 'reassigned', 'cancelled_by_neighbour', 'no_show'])), name='claim_state_check', violation_error_message='Choose one of the states.'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('silent_since', None), ('state__in', ('contacted', 'scheduled')), _negated=True), models.Q(('delivered_at', None), ('state', 'delivered'), _negated=True)), name='claim_state_silent_since_delivered_at_check', violation_error_message='Say when we last heard from the volunteer or, once it is done, when it was done.'),
        ),
        migrations.AddIndex(
            model_name='needevent',
            index=models.Index(condition=models.Q(('batch', ''), _negated=True), fields=['batch'], name='event_of_a_batch'),
        ),
        migrations.AddConstraint(
            model_name='needevent',
            constraint=models.CheckConstraint(condition=models.Q(('actor_kind__in', ['neighbour', 'volunteer', 'coordinator', 'import', 'site'])), name='needevent_actor_kind_check', violation_error_message='Choose who did it.'),
        ),
        migrations.AddIndex(
            model_name='need',
            index=models.Index(fields=['state', '-urgency', 'created_at'], name='need_board'),
        ),
        migrations.AddIndex(
            model_name='need',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['match_due_at'], name='need_due_for_matching'),
        ),
        migrations.AddIndex(
            model_name='need',
            index=models.Index(condition=models.Q(('erased_at', None)), fields=['closed_at'], name='need_to_erase'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.UniqueConstraint(fields=('series', 'recurrence_id'), name='need_series_recurrence_id_uniq', violation_error_message='This repeating need has this day already.'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['triage', 'no_answer', 'on_hold', 'referred', 'merged', 'open', 'claimed', 'delivered', 'closed'])), name='need_state_check', violation_error_message='Choose one of the states.'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.CheckConstraint(condition=models.Q(('urgency__in', [1, 2, 3, 4])), name='need_urgency_check', violation_error_message='Choose how soon it is needed.'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state', 'closed'), models.Q(('close_reason', ''), _negated=True)), models.Q(models.Q(('state', 'closed'), _negated=True), ('close_reason', ''), ('closed_at', None)), _connector='OR'), name='need_state_close_reason_closed_at_check', violation_error_message='A closed need has a reason and a time of closing; any other has neither.'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.CheckConstraint(condition=models.Q(('erased_at', None), ('state', 'closed'), _connector='OR'), name='need_erased_at_state_check', violation_error_message='Only a closed need can be erased.'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('needed_by__isnull', True), ('open_until__isnull', True), _connector='XOR'), ('erased_at__isnull', False), _connector='OR'), name='need_needed_by_or_open_until_check', violation_error_message='A need ends with its day, or without one at a time.'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.CheckConstraint(condition=models.Q(('series', None), models.Q(('needed_by__isnull', False), ('recurrence_id__isnull', False)), ('erased_at__isnull', False), _connector='OR'), name='need_series_needed_by_check', violation_error_message='What comes back every week is for one day each time.'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.CheckConstraint(condition=models.Q(('week_parts__gte', 1), ('week_parts__lte', 63)), name='need_week_parts_check', violation_error_message='Choose at least one time of the week.'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.CheckConstraint(condition=models.Q(('people_count', None), ('people_count__gte', 1), _connector='OR'), name='need_people_count_check', violation_error_message='It is for at least one person.'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.CheckConstraint(condition=models.Q(('helpers_wanted__gte', 1), ('helpers_wanted__lte', 50)), name='need_helpers_wanted_check', violation_error_message='Choose from 1 to 50 helpers.'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('aside_until__isnull', False), ('state__in', ('no_answer', 'on_hold', 'referred'))), models.Q(models.Q(('state__in', ('no_answer', 'on_hold', 'referred')), _negated=True), ('aside_until', None)), _connector='OR'), name='need_state_aside_until_check', violation_error_message='A need that waits has a day until which it waits; any other has none.'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('merged_into__isnull', False), ('state', 'merged'), models.Q(('merged_into', models.F('id')), _negated=True)), models.Q(models.Q(('state__in', ['merged', 'closed']), _negated=True), ('merged_into', None)), ('state', 'closed'), _connector='OR'), name='need_state_merged_into_check', violation_error_message='Choose another need with which this one is kept together.'),
        ),
    ]
