from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("notify", "0005_longer_group"),
        ("offers_app", "0003_pauses"),  # moves what runs to the offer
    ]

    operations: ClassVar = [migrations.RemoveField("preferences", "paused_until")]
