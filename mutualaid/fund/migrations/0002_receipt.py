import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import mutualaid.encryption.fields


class Migration(migrations.Migration):

    dependencies = [
        ('fund', '0001_pots'),
    ]

    operations = [
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('content', mutualaid.encryption.fields.EncryptedTextField()),
                ('digest', models.CharField(max_length=64)),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='added at')),
                ('expense', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='receipt', to='fund.expense', verbose_name='expense')),
            ],
            options={
                'verbose_name': 'receipt',
                'verbose_name_plural': 'receipts',
                'default_permissions': (),
            },
        ),
    ]
