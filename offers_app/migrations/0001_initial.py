import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import mutualaid.catalog.time_slot_field
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
            name='Offer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reach_km', models.PositiveSmallIntegerField(default=3, verbose_name='how far, in km')),
                ('week_parts', mutualaid.catalog.time_slot_field.WeekPartsField(default=63, verbose_name='at which times')),
                ('per_week', models.PositiveSmallIntegerField(default=2, verbose_name='how many tasks a week')),
                ('has_vehicle', models.BooleanField(default=False, verbose_name='has a vehicle')),
                ('state', models.CharField(choices=[('active', 'active'), ('needs_reconfirm', 'active, asked whether it still holds'), ('paused', 'paused'), ('withdrawn', 'taken back')], default='active', max_length=16, verbose_name='state')),
                ('paused_until', models.DateField(blank=True, null=True, verbose_name='paused until')),
                ('confirmed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='last said to hold at')),
                ('reconfirm_asked_at', models.DateTimeField(blank=True, null=True, verbose_name='asked whether it holds at')),
                ('match_due_at', models.DateTimeField(blank=True, null=True, verbose_name='next look for needs')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='made at')),
                ('categories', models.ManyToManyField(related_name='+', to='catalog.category', verbose_name='categories')),
                ('languages', models.ManyToManyField(related_name='+', to='catalog.language', verbose_name='languages')),
                ('localities', models.ManyToManyField(related_name='+', to='catalog.locality', verbose_name='areas')),
                ('volunteer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='offer', to=settings.AUTH_USER_MODEL, verbose_name='volunteer')),
            ],
            options={
                'verbose_name': 'offer',
                'verbose_name_plural': 'offers',
                'indexes': [models.Index(condition=models.Q(('state__in', ('active', 'needs_reconfirm'))), fields=['match_due_at'], name='offer_due_for_matching')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['active', 'needs_reconfirm', 'paused', 'withdrawn'])), name='offer_state_check', violation_error_message='Choose one of the states.'), models.CheckConstraint(condition=models.Q(('per_week__gte', 1), ('per_week__lte', 50), ('reach_km__lte', 500)), name='offer_reach_km_per_week_check', violation_error_message='Choose up to 500 km, and from 1 to 50 tasks a week.'), models.CheckConstraint(condition=models.Q(('week_parts__gte', 1), ('week_parts__lte', 63)), name='offer_week_parts_check', violation_error_message='Choose at least one time of the week.'), models.CheckConstraint(condition=models.Q(('state', 'paused'), ('paused_until', None), _connector='OR'), name='offer_state_paused_until_check', violation_error_message='Only a paused offer has a day until which it is paused.')],
            },
        ),
    ]
