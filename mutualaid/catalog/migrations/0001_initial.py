import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Language',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=10, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=40, verbose_name='name')),
            ],
            options={
                'verbose_name': 'language',
                'verbose_name_plural': 'languages',
                'ordering': ('name',),
            },
        ),
        migrations.CreateModel(
            name='Locality',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('lat', models.FloatField(help_text='Degrees, north is positive.', verbose_name='latitude of the centre')),
                ('lng', models.FloatField(help_text='Degrees, east is positive.', verbose_name='longitude of the centre')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='catalog.locality', verbose_name='part of')),
            ],
            options={
                'verbose_name': 'area',
                'verbose_name_plural': 'areas',
                'ordering': ('name',),
            },
        ),
        migrations.CreateModel(
            name='LocalityDistance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('km', models.FloatField()),
                ('whole_km', models.PositiveSmallIntegerField()),
                ('inside', models.BooleanField(default=False)),
                ('locality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='near', to='catalog.locality')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seen_from', to='catalog.locality')),
            ],
            options={
                'verbose_name': 'distance between areas',
                'verbose_name_plural': 'distances between areas',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Category',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=60, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('icon', models.SlugField(default='other', max_length=30, verbose_name='sign')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('remote_ok', models.BooleanField(default=False, help_text='Distance does not matter.', verbose_name='from afar')),
                ('sensitive', models.BooleanField(default=False, help_text='Never on the board; a coordinator asks by hand.', verbose_name='sensitive')),
                ('vetted_only', models.BooleanField(default=False, verbose_name='only people the group knows')),
                ('needs_vehicle', models.BooleanField(default=False, verbose_name='needs a vehicle')),
                ('asks_quantity', models.BooleanField(default=False, verbose_name='asks for how many people')),
                ('asks_helpers', models.BooleanField(default=False, verbose_name='asks how many helpers')),
                ('may_repeat', models.BooleanField(default=False, verbose_name='may come back every week')),
                ('days_to_live', models.PositiveSmallIntegerField(default=14, help_text='After that the neighbour is asked again.', verbose_name='days it stays open')),
                ('contact_hours', models.PositiveSmallIntegerField(blank=True, help_text='Then the volunteer is reminded. Empty: as everywhere.', null=True, verbose_name='hours to get in touch')),
                ('lapse_hours', models.PositiveSmallIntegerField(blank=True, help_text='Counted from the claim. Empty: as everywhere.', null=True, verbose_name='hours until a silent claim lapses')),
                ('progress_hours', models.PositiveSmallIntegerField(blank=True, help_text='Counted from when they got in touch. Empty: as everywhere.', null=True, verbose_name='hours until we ask how it went')),
                ('follow_up_days', models.PositiveSmallIntegerField(blank=True, help_text='Counted from when it was said to be done. Empty: as everywhere.', null=True, verbose_name='days until we ask whether it arrived')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
                ('parent', models.ForeignKey(blank=True, limit_choices_to={'parent': None}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='catalog.category', verbose_name='group')),
            ],
            options={
                'verbose_name': 'category',
                'verbose_name_plural': 'categories',
                'ordering': ('position', 'id'),
                'constraints': [models.CheckConstraint(condition=models.Q(('parent', None), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='category_parent_check', violation_error_message='A category cannot be its own group.')],
            },
        ),
        migrations.AddConstraint(
            model_name='locality',
            constraint=models.CheckConstraint(condition=models.Q(('lat__gte', -90), ('lat__lte', 90), ('lng__gte', -180), ('lng__lte', 180)), name='locality_lat_lng_check', violation_error_message='Latitude is from -90 to 90, longitude from -180 to 180.'),
        ),
        migrations.AddConstraint(
            model_name='locality',
            constraint=models.CheckConstraint(condition=models.Q(('parent', None), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='locality_parent_check', violation_error_message='An area cannot be part of itself.'),
        ),
        migrations.AddConstraint(
            model_name='localitydistance',
            constraint=models.UniqueConstraint(fields=('locality', 'other'), name='localitydistance_locality_other_uniq', violation_error_message='The distance between these two areas is here already.'),
        ),
        migrations.AddConstraint(
            model_name='localitydistance',
            constraint=models.CheckConstraint(condition=models.Q(('km__gte', 0)), name='localitydistance_km_check', violation_error_message='A distance cannot be less than zero.'),
        ),
    ]
