from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0010_for_someone_else"),
    ]

    operations = [
        migrations.AddField(
            model_name="claim",
            name="scheduled_time",
            field=models.TimeField(blank=True, null=True, verbose_name="agreed time"),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=Q(scheduled_time=None) | Q(scheduled_for__isnull=False),
                name="claim_scheduled_time_check",
                violation_error_message="Write the day of this time.",
            ),
        ),
    ]
