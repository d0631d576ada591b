from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0007_backlog_changes'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='backlogrun',
            name='expected',
        ),
        migrations.AddField(
            model_name='offerprice',
            name='reserve',
            field=models.FloatField(db_default=0, default=0, verbose_name='points for needs still to come'),
        ),
        migrations.AddConstraint(
            model_name='offerprice',
            constraint=models.CheckConstraint(condition=models.Q(('reserve__gte', 0)), name='offerprice_reserve_check', violation_error_message='Points cannot be less than zero.'),
        ),
    ]
