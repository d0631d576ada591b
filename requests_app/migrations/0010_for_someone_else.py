from django.db import migrations, models

import mutualaid.encryption.fields


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0009_contact_exports'),
    ]

    operations = [
        migrations.AddField(
            model_name='askcontact',
            name='asked_by',
            field=mutualaid.encryption.fields.EncryptedTextField(blank=True, default='', verbose_name='name of who asked'),
        ),
        migrations.AddField(
            model_name='askcontact',
            name='whom_to_call',
            field=models.CharField(blank=True, choices=[('them', 'The person who needs help'), ('asker', 'Whoever asked for them')], default='', max_length=5, verbose_name='whom to call'),
        ),
        migrations.AddConstraint(
            model_name='askcontact',
            constraint=models.CheckConstraint(condition=models.Q(('whom_to_call__in', ['', 'them', 'asker'])), name='askcontact_whom_to_call_check', violation_error_message='Choose whom to call.'),
        ),
    ]
