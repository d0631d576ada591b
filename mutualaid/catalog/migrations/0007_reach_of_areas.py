import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0006_names_of_areas")]

    operations = [
        migrations.CreateModel(
            name="LocalityReach",
            fields=[
                (
                    "locality",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="reach",
                        serialize=False,
                        to="catalog.locality",
                    ),
                ),
                ("reach_km", models.PositiveSmallIntegerField(default=0)),
                ("is_measured", models.BooleanField(default=False)),
            ],
            options={"default_permissions": ()},
        ),
    ]
