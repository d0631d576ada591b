from typing import Any

from django.db import migrations, models

AS_SEEDED = {
    # slug: what its row was seeded with, of what is not False or 14 days
    "groceries": {"name": "Groceries", "asks_quantity": True, "days_to_live": 7},
    "baby-food": {"name": "Baby food and formula", "asks_quantity": True, "days_to_live": 5},
    "special-diet": {"name": "Special diet", "asks_quantity": True, "days_to_live": 7},
    "prescription": {"name": "Pick up a prescription", "days_to_live": 5},
    "rides": {"name": "Rides and transport", "needs_vehicle": True},
    "surplus": {"name": "Surplus to share", "days_to_live": 3},
    "teach": {"name": "Teach a skill", "days_to_live": 60},
    "help-group": {"name": "Help the group", "days_to_live": 60},
    "answer-phone": {"name": "Answer the phone", "remote_ok": True, "vetted_only": True, "days_to_live": 60},
    "dispatch": {"name": "Find helpers", "remote_ok": True, "vetted_only": True, "days_to_live": 60},
    "flyers": {"name": "Hand out flyers", "asks_helpers": True, "days_to_live": 60},
    "bookkeeping": {"name": "Keep the books", "remote_ok": True, "vetted_only": True, "days_to_live": 60},
}
REPEATING = ("groceries", "baby-food", "special-diet", "prescription", "rides")
OFFERED = tuple(slug for slug in AS_SEEDED if slug not in REPEATING)
UNSET = {
    "remote_ok": False,
    "sensitive": False,
    "vetted_only": False,
    "needs_vehicle": False,
    "asks_quantity": False,
    "asks_helpers": False,
    "may_repeat": False,
    "days_to_live": 14,
    "contact_hours": None,
    "lapse_hours": None,
    "progress_hours": None,
    "follow_up_days": None,
    "is_active": True,
}


def mark_untouched(apps: Any, schema_editor: Any) -> None:
    """Rows that a group has changed in any way are its own, and stay."""
    categories = apps.get_model("catalog", "Category").objects
    for slugs, change in ((REPEATING, {"may_repeat": True}), (OFFERED, {"offered_only": True})):
        for slug in slugs:
            categories.filter(slug=slug, **UNSET | AS_SEEDED[slug]).update(**change)


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0002_plain_names'),
    ]

    operations = [
        migrations.AddField(
            model_name='category',
            name='offered_only',
            field=models.BooleanField(default=False, help_text='No one is shown it while asking for help.', verbose_name='only offered'),
        ),
        migrations.RunPython(mark_untouched, migrations.RunPython.noop),
    ]
