from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('policy', '0006_what_is_near'),
    ]

    operations = [
        migrations.AddField(
            model_name='policy',
            name='asking_paused',
            field=models.BooleanField(default=False, help_text='The pages for asking say so, with your words below. Calls, private links and asks that someone has begun go on.', verbose_name='new asks are paused'),
        ),
        migrations.AddField(
            model_name='policy',
            name='asking_paused_until',
            field=models.DateField(blank=True, help_text='The day after, people can ask again. Empty: until you end it here.', null=True, verbose_name='last day of the pause'),
        ),
        migrations.AddField(
            model_name='policy',
            name='asking_paused_words',
            field=models.CharField(blank=True, default='', help_text='Why, and what they can do now. As you would say it.', max_length=400, verbose_name='what people read while new asks are paused'),
        ),
    ]
