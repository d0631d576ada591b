import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import mutualaid.catalog.time_slot_field
import uuid
from typing import Any

from django.db import migrations, models


def write_points(apps: Any, schema_editor: Any) -> None:
    """The one row of points that the group starts from."""
    apps.get_model("matching", "ScoringWeights").objects.get_or_create(pk=1)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalog', '0001_initial'),
        ('offers_app', '0001_initial'),
        ('requests_app', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='AcceptanceRate',
            fields=[
                ('category', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='catalog.category')),
                ('invitations', models.PositiveIntegerField(verbose_name='asked')),
                ('yes', models.PositiveIntegerField(verbose_name='said yes')),
                ('counted_at', models.DateTimeField(verbose_name='as of')),
            ],
            options={
                'verbose_name': 'how often people say yes',
                'verbose_name_plural': 'how often people say yes',
                'default_permissions': ('view',),
                'constraints': [models.CheckConstraint(condition=models.Q(('yes__lte', models.F('invitations'))), name='acceptancerate_yes_invitations_check', violation_error_message='No more people can say yes than were asked.')],
            },
        ),
        migrations.CreateModel(
            name='BacklogRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('running', 'under way'), ('done', 'done'), ('failed', 'failed; the prices of before stay')], default='running', max_length=10, verbose_name='outcome')),
                ('began_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='began at')),
                ('cold', models.BooleanField(default=False, verbose_name='from nothing')),
                ('needs', models.PositiveIntegerField(default=0, verbose_name='open needs')),
                ('expected', models.PositiveIntegerField(default=0, verbose_name='needs expected this week')),
                ('offers', models.PositiveIntegerField(default=0, verbose_name='free offers')),
                ('pairs', models.PositiveBigIntegerField(default=0, verbose_name='pairs that fit')),
                ('matches', models.PositiveIntegerField(default=0, verbose_name='proposals')),
                ('moved', models.PositiveIntegerField(default=0, verbose_name='proposals moved')),
                ('gap', models.FloatField(default=0, help_text='The share of the best possible that may be missing at most. 0.002 is 0.2 %.', verbose_name='gap')),
                ('seconds', models.FloatField(default=0, verbose_name='seconds')),
                ('error', models.CharField(blank=True, max_length=80, verbose_name='what went wrong')),
            ],
            options={
                'verbose_name': 'run of the whole backlog',
                'verbose_name_plural': 'runs of the whole backlog',
                'ordering': ('-pk',),
                'constraints': [models.CheckConstraint(condition=models.Q(('outcome__in', ['running', 'done', 'failed'])), name='backlogrun_outcome_check', violation_error_message='Choose one of the outcomes.')],
            },
        ),
        migrations.CreateModel(
            name='NeedSearch',
            fields=[
                ('need', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='search', serialize=False, to='requests_app.need')),
                ('candidates', models.PositiveIntegerField(default=0, verbose_name='who fit')),
                ('stopped', models.BooleanField(default=False, verbose_name='asked by hand only')),
                ('handed_over_at', models.DateTimeField(blank=True, null=True, verbose_name='with a coordinator since')),
                ('second_round_before', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'search for a need',
                'verbose_name_plural': 'searches for needs',
                'default_permissions': (),
                'indexes': [models.Index(condition=models.Q(('handed_over_at__isnull', False)), fields=['need'], name='search_handed_over')],
            },
        ),
        migrations.CreateModel(
            name='OfferPrice',
            fields=[
                ('offer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='price', serialize=False, to='offers_app.offer', verbose_name='offer')),
                ('points', models.FloatField(verbose_name='points')),
                ('solved_at', models.DateTimeField(verbose_name='as of')),
            ],
            options={
                'verbose_name': 'price of an offer',
                'verbose_name_plural': 'prices of offers',
                'default_permissions': ('view',),
                'constraints': [models.CheckConstraint(condition=models.Q(('points__gte', 0)), name='offerprice_points_check', violation_error_message='Points cannot be less than zero.')],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('need', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='proposal', to='requests_app.need')),
                ('offer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='offers_app.offer')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ScoringWeights',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('near', models.FloatField(default=35.0, help_text='In a chosen area; less the farther it is.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='near')),
                ('exact_category', models.FloatField(default=20.0, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='just what is offered')),
                ('related_category', models.FloatField(default=12.0, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='close to what is offered')),
                ('own_language', models.FloatField(default=10.0, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name="speaks the neighbour's own language")),
                ('shared_language', models.FloatField(default=4.0, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='shares another language')),
                ('shared_time', models.FloatField(default=15.0, help_text='Less where only some of the times suit both.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='time in common')),
                ('rested', models.FloatField(default=12.0, help_text='Less with each time in seven days.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='not asked lately')),
            ],
            options={
                'verbose_name': 'points',
                'verbose_name_plural': 'points: what counts how much',
                'default_permissions': ('view', 'change'),
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='scoringweights_id_check', violation_error_message='There is only one row of this.')],
            },
        ),
        migrations.CreateModel(
            name='BacklogLease',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateTimeField(null=True)),
                ('run', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='matching.backlogrun')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='backloglease_id_check', violation_error_message='There is only one row of this.')],
            },
        ),
        migrations.CreateModel(
            name='Match',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('state', models.CharField(choices=[('suggested', 'fits'), ('notified', 'asked'), ('seen', 'is thinking about it'), ('accepted', 'said yes'), ('declined', 'said no'), ('superseded', 'somebody else said yes'), ('cancelled', 'left out by a coordinator')], default='suggested', max_length=10, verbose_name='state')),
                ('decline_reason', models.CharField(blank=True, choices=[('cannot', 'I cannot do this one'), ('not_this_week', 'Not this week'), ('too_far', 'It is too far'), ('never', 'Never this kind of help')], max_length=15, verbose_name='why not')),
                ('pinned', models.BooleanField(default=False, verbose_name='to be asked first')),
                ('score', models.FloatField(verbose_name='points')),
                ('lines', models.JSONField(default=list, verbose_name='why')),
                ('acceptance_factor', models.FloatField(default=1.0)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='found at')),
                ('invited_at', models.DateTimeField(blank=True, null=True, verbose_name='asked at')),
                ('need', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='matches', to='requests_app.need', verbose_name='need')),
                ('offer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='matches', to='offers_app.offer', verbose_name='offer')),
            ],
            options={
                'verbose_name': 'match',
                'verbose_name_plural': 'matches',
                'indexes': [models.Index(fields=['need', 'state', '-score'], name='match_next_to_invite'), models.Index(condition=models.Q(('invited_at__isnull', False)), fields=['offer', 'invited_at'], name='match_asks_of_an_offer')],
                'constraints': [models.UniqueConstraint(fields=('need', 'offer'), name='match_need_offer_uniq', violation_error_message='This need and this offer are matched already.'), models.CheckConstraint(condition=models.Q(('state__in', ['suggested', 'notified', 'seen', 'accepted', 'declined', 'superseded', 'cancelled'])), name='match_state_check', violation_error_message='Choose one of the states.'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('notified', 'seen')), _negated=True), ('invited_at__isnull', False), _connector='OR'), name='match_state_invited_at_check', violation_error_message='Once a volunteer was invited, the time of it is needed.'), models.CheckConstraint(condition=models.Q(('decline_reason', ''), ('decline_reason__in', ['cannot', 'not_this_week', 'too_far', 'never']), _connector='OR'), name='match_decline_reason_check', violation_error_message='Choose one of the reasons.')],
            },
        ),
        migrations.CreateModel(
            name='OfferIndexEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reach_km', models.PositiveSmallIntegerField()),
                ('exact', models.BooleanField()),
                ('speaks', models.CharField(max_length=600)),
                ('week_parts', mutualaid.catalog.time_slot_field.WeekPartsField(default=63)),
                ('category', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.category')),
                ('locality', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='catalog.locality')),
                ('offer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='offers_app.offer')),
            ],
            options={
                'verbose_name': 'entry of an offer',
                'verbose_name_plural': 'entries of offers',
                'default_permissions': (),
                'indexes': [models.Index(fields=['category', 'locality', 'reach_km'], include=('offer', 'exact', 'speaks', 'week_parts'), name='entry_who_reaches')],
                'constraints': [models.UniqueConstraint(fields=('offer', 'category', 'locality'), name='offerindexentry_offer_category_locality_uniq', violation_error_message='This offer is listed for this kind of help and this area already.')],
            },
        ),
        migrations.CreateModel(
            name='Refusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateField(null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('category', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.category')),
                ('locality', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.locality')),
                ('offer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refusals', to='offers_app.offer')),
            ],
            options={
                'verbose_name': 'what a volunteer ruled out',
                'verbose_name_plural': 'what volunteers ruled out',
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('category', None), ('locality', None), _connector='OR'), name='refusal_category_or_locality_check', violation_error_message='Rule out a kind of help or an area, not both at once.'), models.CheckConstraint(condition=models.Q(('category__isnull', False), ('locality__isnull', False), ('until__isnull', False), _connector='OR'), name='refusal_category_or_locality_or_until_check', violation_error_message='Choose a kind of help or an area, or a day until which nothing at all is wanted.')],
            },
        ),
        migrations.RunPython(write_points, migrations.RunPython.noop),
    ]
