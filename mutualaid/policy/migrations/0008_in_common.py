from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('policy', '0007_pause_asking'),
    ]

    operations = [
        migrations.AddField(
            model_name='policy',
            name='asks_about_breaks',
            field=models.BooleanField(db_default=False, default=False, help_text='Privately, and at most once in 60 days. No one else learns of it.', verbose_name='we ask people who carry a lot whether they want a break'),
        ),
        migrations.AddField(
            model_name='policy',
            name='counts_gifts',
            field=models.BooleanField(db_default=False, default=False, help_text='A simple count on their own page, for them alone.', verbose_name='people see what they gave and received'),
        ),
        migrations.AddField(
            model_name='policy',
            name='has_decisions',
            field=models.BooleanField(db_default=False, default=False, help_text='Members propose changes, and everyone who has a say can answer. From then on the rules on this page change only by a decision.', verbose_name='we decide together'),
        ),
        migrations.AddField(
            model_name='policy',
            name='has_pot',
            field=models.BooleanField(db_default=False, default=False, help_text='Money moves outside this site. Here we write down what came in, what someone needs, and who approved it.', verbose_name='we keep a common pot'),
        ),
        migrations.AddField(
            model_name='policy',
            name='has_record',
            field=models.BooleanField(db_default=False, default=False, help_text='Of money, decisions, rules and roles, without names. Sealed every hour.', verbose_name='we keep a record that no one can change unnoticed'),
        ),
    ]
