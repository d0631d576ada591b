from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matching", "0007_backlog_changes")]

    operations = [
        migrations.AddField(
            model_name="recheck",
            name="need_id",
            field=models.PositiveBigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="recheck",
            name="locality_id",
            field=models.PositiveBigIntegerField(null=True),
        ),
    ]
