from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matching", "0005_kept_and_held")]

    operations = [
        migrations.CreateModel(
            name="Recheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person_id", models.PositiveBigIntegerField(null=True)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.AddField(
            model_name="refusal", name="since", field=models.DateField(null=True)
        ),
        migrations.AddConstraint(
            model_name="refusal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("since", None),
                    ("until", None),
                    ("since__lte", models.F("until")),
                    _connector="OR",
                ),
                name="refusal_since_until_check",
                violation_error_message="The last day cannot be before the first.",
            ),
        ),
    ]
