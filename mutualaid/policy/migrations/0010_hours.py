import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('policy', '0009_principles'),
    ]

    operations = [
        migrations.AddField(
            model_name='policy',
            name='counts_hours',
            field=models.BooleanField(db_default=False, default=False, help_text='Two people agree on each. There are no prices and no list of balances. No one is helped sooner or later because of it. Members decide about this, and no one alone.', verbose_name='we note hours that we give and receive'),
        ),
        migrations.AddField(
            model_name='policy',
            name='hours_limit',
            field=models.PositiveSmallIntegerField(db_default=20, default=20, help_text='What would go further is noted as a gift. Members decide about this, and no one alone.', validators=[django.core.validators.MinValueValidator(1, message='Write a whole number from 1 to 200.'), django.core.validators.MaxValueValidator(200, message='Write a whole number from 1 to 200.')], verbose_name='hours someone can be above or below zero'),
        ),
        migrations.AddConstraint(
            model_name='policy',
            constraint=models.CheckConstraint(condition=models.Q(('hours_limit__gte', 1), ('hours_limit__lte', 200)), name='policy_hours_limits_check', violation_error_message='Write a whole number from 1 to 200.'),
        ),
        migrations.AddConstraint(
            model_name='policy',
            constraint=models.CheckConstraint(condition=models.Q(('has_decisions__gte', models.F('counts_hours'))), name='policy_counts_hours_has_decisions_check', violation_error_message='Hours are noted only where members decide together.'),
        ),
    ]
