from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matching", "0008_reserve_prices")]

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
