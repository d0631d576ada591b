from typing import Any

from django.db import migrations

BETTER = {
    "Somebody to go with me": "Someone to go with me",
    "A break for somebody who cares": "A break for someone who cares for others",
    "Somebody to grieve with": "Someone to talk to after a loss",
    "Papers to stay": "Immigration papers",
    "Interpret in a talk": "Interpreting at an appointment",
    "Forms on the internet": "Filling in forms online",
}
"""Names that new sites started with → plainer ones. A name that a group chose is not among them."""


def rename(apps: Any, names: dict[str, str]) -> None:
    category = apps.get_model("catalog", "Category")
    for old, new in names.items():
        category.objects.filter(name=old).update(name=new)


def forwards(apps: Any, schema_editor: Any) -> None:
    rename(apps, BETTER)


def backwards(apps: Any, schema_editor: Any) -> None:
    rename(apps, {new: old for old, new in BETTER.items()})


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards)]
