import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0004_calendar_mark"),
    ]

    operations = [
        migrations.AddField(
            model_name="scoringweights",
            name="kept",
            field=models.FloatField(
                default=5.0,
                help_text="By the look at all needs together. They are asked first too, unless it is 0.",
                validators=[
                    django.core.validators.MinValueValidator(0),
                    django.core.validators.MaxValueValidator(100),
                ],
                verbose_name="kept for this need",
            ),
        ),
        migrations.AddField(
            model_name="needsearch",
            name="held_until",
            field=models.DateTimeField(blank=True, null=True, verbose_name="waits until"),
        ),
    ]
