from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='Principle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(choices=[('equity', 'Equity'), ('work', 'Good work'), ('ecology', 'Ecology'), ('cooperation', 'Cooperation'), ('no_profit', 'No profit'), ('surroundings', 'Our surroundings')], error_messages={'unique': 'You have written about this one already.'}, max_length=12, unique=True, verbose_name='principle')),
                ('texts', models.JSONField(blank=True, default=dict, editable=False)),
                ('look_again_on', models.DateField(blank=True, help_text='From that day on it waits for you among what needs attention.', null=True, verbose_name='when you look at it again')),
            ],
            options={
                'verbose_name': 'principle',
                'verbose_name_plural': 'principles',
                'ordering': ('pk',),
                'constraints': [models.CheckConstraint(condition=models.Q(('key__in', ['equity', 'work', 'ecology', 'cooperation', 'no_profit', 'surroundings'])), name='principle_key_check', violation_error_message='Choose one of the six principles.')],
            },
        ),
    ]
