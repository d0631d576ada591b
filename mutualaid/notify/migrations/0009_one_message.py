from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notify', '0008_ways_of_messages'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='notification',
            name='notification_key_channel_uniq',
        ),
        migrations.RemoveIndex(
            model_name='notification',
            name='message_reached',
        ),
        migrations.RemoveField(
            model_name='notification',
            name='channel',
        ),
        migrations.RemoveField(
            model_name='notification',
            name='message_id',
        ),
        migrations.RemoveField(
            model_name='notification',
            name='reached',
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(fields=['about_id', 'kind'], name='message_about'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.UniqueConstraint(fields=('key',), name='notification_key_uniq', violation_error_message='This message is here already.'),
        ),
    ]
