from typing import Any

from django.db import migrations, models


def carry_reach(apps: Any, schema_editor: Any) -> None:
    """The first sweep then measures the areas as far as their offers reach."""
    entries = apps.get_model("matching", "OfferIndexEntry").objects.order_by()
    reach = apps.get_model("catalog", "LocalityReach")
    farthest = entries.values("locality").annotate(km=models.Max("reach_km"))
    reach.objects.bulk_create(
        reach(locality_id=row["locality"], reach_km=row["km"]) for row in farthest
    )


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0007_reach_of_areas"),
        ("matching", "0003_confirmed_lately"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("looked_at", models.DateTimeField()),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pk", 1)),
                        name="calendarmark_id_check",
                        violation_error_message="There is only one row of this.",
                    )
                ],
            },
        ),
        migrations.RunPython(carry_reach, migrations.RunPython.noop),
    ]
