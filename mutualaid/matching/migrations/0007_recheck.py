from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matching", "0004_calendar_mark")]

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
    ]
