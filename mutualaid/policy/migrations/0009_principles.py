from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('policy', '0008_in_common'),
    ]

    operations = [
        migrations.AddField(
            model_name='policy',
            name='has_principles',
            field=models.BooleanField(db_default=False, default=False, help_text='A page with six principles of a solidarity economy: how we live up to them, in our words and in numbers.', verbose_name='we say what we stand for'),
        ),
    ]
