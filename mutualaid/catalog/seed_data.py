"""The categories and languages a new site starts with. Each group may change them."""

from dataclasses import dataclass, replace
from typing import TypedDict, Unpack

from django.utils.translation import gettext_noop as _


@dataclass(frozen=True)
class Row:
    """A category; the fields are those of `models.Category`, `parent` is a slug."""

    slug: str
    name: str
    parent: str = ""
    icon: str = "other"
    remote_ok: bool = False
    sensitive: bool = False
    vetted_only: bool = False
    needs_vehicle: bool = False
    asks_quantity: bool = False
    asks_helpers: bool = False
    may_repeat: bool = False
    offered_only: bool = False
    days_to_live: int = 14


class _Flags(TypedDict, total=False):
    """Of a group itself; each category in it has its own."""

    remote_ok: bool
    sensitive: bool
    vetted_only: bool
    needs_vehicle: bool
    asks_quantity: bool
    asks_helpers: bool
    may_repeat: bool
    offered_only: bool
    days_to_live: int


def _group(slug: str, name: str, icon: str, *inside: Row, **flags: Unpack[_Flags]) -> list[Row]:
    """A group and the categories in it, which have its icon."""
    head = Row(slug, name, icon=icon, **flags)
    return [head, *(replace(row, parent=slug, icon=icon) for row in inside)]


CATEGORIES: list[Row] = [
    *_group(
        "food", _("Food"), "food",
        Row("groceries", _("Groceries"), may_repeat=True, asks_quantity=True, days_to_live=7),
        Row("cooked-meals", _("Cooked meals"), may_repeat=True, asks_quantity=True, days_to_live=5),
        Row("baby-food", _("Baby food and formula"), may_repeat=True, asks_quantity=True, days_to_live=5),
        Row("special-diet", _("Special diet"), may_repeat=True, asks_quantity=True, days_to_live=7),
        Row("water", _("Water"), asks_quantity=True, days_to_live=3),
        Row("surplus", _("Surplus to share"), offered_only=True, days_to_live=3),
        asks_quantity=True, days_to_live=7,
    ),
    *_group(
        "errands", _("Errands and delivery"), "errands",
        Row("shopping", _("Shop for me"), may_repeat=True, days_to_live=7),
        Row("pick-up", _("Pick up and bring"), days_to_live=7),
        Row("post", _("Post and parcels"), days_to_live=7),
        Row("laundry", _("Laundry"), may_repeat=True, days_to_live=7),
        days_to_live=7,
    ),
    *_group(
        "rides", _("Rides and transport"), "rides",
        Row("medical-trip", _("Trip to a doctor or hospital"), may_repeat=True, needs_vehicle=True),
        Row("work-school", _("To work or school"), may_repeat=True, needs_vehicle=True),
        Row("moving", _("Moving things"), needs_vehicle=True, asks_helpers=True),
        Row("evacuation", _("Getting out of danger"), needs_vehicle=True, asks_quantity=True, days_to_live=2),
        may_repeat=True, needs_vehicle=True,
    ),
    *_group(
        "health", _("Health and medicine"), "health",
        Row("prescription", _("Pick up a prescription"), may_repeat=True, days_to_live=5),
        Row("protective", _("Masks and other protection"), asks_quantity=True),
        Row("equipment", _("Borrow medical equipment")),
        Row("go-along", _("Someone to go with me"), may_repeat=True),
    ),
    *_group(
        "care", _("Care"), "care",
        Row("child-care", _("Children"), may_repeat=True, vetted_only=True),
        Row("elder-care", _("An older or disabled person"), may_repeat=True, vetted_only=True),
        Row("respite", _("A break for someone who cares for others"), may_repeat=True, vetted_only=True),
        Row("pets", _("Pets"), may_repeat=True),
    ),
    *_group(
        "company", _("Company and support"), "company",
        Row("phone-check-in", _("A call now and then"), may_repeat=True, remote_ok=True, days_to_live=30),
        Row("visit", _("A visit"), may_repeat=True, vetted_only=True, days_to_live=30),
        Row("grief", _("Someone to talk to after a loss"), sensitive=True, remote_ok=True, days_to_live=30),
        days_to_live=30,
    ),
    *_group(
        "home", _("Home and repair"), "home",
        Row("cleaning", _("Cleaning"), asks_helpers=True),
        Row("yard-snow", _("Yard and snow"), days_to_live=7, asks_helpers=True),
        Row("small-repair", _("A small repair")),
        Row("clean-up", _("Cleaning up after damage"), asks_helpers=True),
        Row("power", _("Power and heat"), days_to_live=3),
    ),
    *_group(
        "goods", _("Things"), "goods",
        Row("hygiene", _("Soap and hygiene"), asks_quantity=True),
        Row("diapers", _("Diapers"), asks_quantity=True, days_to_live=7),
        Row("clothing", _("Clothing"), asks_quantity=True, days_to_live=30),
        Row("bedding", _("Bedding and blankets"), asks_quantity=True),
        Row("furniture", _("Furniture"), needs_vehicle=True, days_to_live=30, asks_helpers=True),
        Row("school-things", _("School things"), asks_quantity=True, days_to_live=30),
        asks_quantity=True,
    ),
    *_group(
        "housing", _("A place to stay"), "housing",
        Row(
            "one-night", _("A place for tonight"),
            sensitive=True, vetted_only=True, asks_quantity=True, days_to_live=2,
        ),
        Row("room", _("A room for longer"), asks_quantity=True, days_to_live=30),
        Row("storage", _("Storage"), days_to_live=30),
        Row("tenant", _("Trouble with a landlord"), sensitive=True, remote_ok=True, days_to_live=30),
        asks_quantity=True,
    ),
    *_group(
        "money", _("Money"), "money",
        Row("cash", _("Cash"), sensitive=True, remote_ok=True),
        Row("bill", _("Rent or a bill"), sensitive=True, remote_ok=True),
        Row("phone-credit", _("Phone credit"), remote_ok=True, days_to_live=7),
        sensitive=True, remote_ok=True,
    ),
    *_group(
        "paperwork", _("Paperwork and rights"), "paperwork",
        Row("benefits", _("Benefits and forms"), remote_ok=True, days_to_live=30),
        Row("immigration", _("Immigration papers"), sensitive=True, remote_ok=True, days_to_live=30),
        Row("legal", _("Legal questions"), sensitive=True, remote_ok=True, days_to_live=30),
        Row("jobs", _("Finding work"), remote_ok=True, days_to_live=30),
        remote_ok=True, days_to_live=30,
    ),
    *_group(
        "language", _("Language"), "language",
        Row("interpret", _("Interpreting at an appointment"), remote_ok=True),
        Row("translate", _("Translate a text"), remote_ok=True),
        Row("read-write", _("Read or write a letter"), remote_ok=True),
        remote_ok=True,
    ),
    *_group(
        "technology", _("Technology"), "technology",
        Row("device-setup", _("Set up a phone or computer"), days_to_live=30),
        Row("internet", _("Internet access"), days_to_live=30),
        Row("online-forms", _("Filling in forms online"), remote_ok=True),
        days_to_live=30,
    ),
    *_group(
        "skills", _("Skills and learning"), "skills",
        Row("tutoring", _("Help with learning"), may_repeat=True, vetted_only=True, days_to_live=60),
        Row("language-practice", _("Practise a language"), may_repeat=True, remote_ok=True, days_to_live=60),
        Row("teach", _("Teach a skill"), offered_only=True, days_to_live=60),
        days_to_live=60,
    ),
    *_group(
        "lend", _("Lend and share"), "lend",
        Row("tools", _("Tools")),
        Row("vehicle", _("A vehicle"), needs_vehicle=True),
        Row("space", _("A room or a yard")),
    ),
    *_group(
        "help-group", _("Help the group"), "help-group",
        Row(
            "answer-phone", _("Answer the phone"), remote_ok=True, vetted_only=True, offered_only=True,
            days_to_live=60,
        ),
        Row(
            "dispatch", _("Find helpers"), remote_ok=True, vetted_only=True, offered_only=True,
            days_to_live=60,
        ),
        Row("flyers", _("Hand out flyers"), offered_only=True, days_to_live=60, asks_helpers=True),
        Row(
            "bookkeeping", _("Keep the books"), remote_ok=True, vetted_only=True, offered_only=True,
            days_to_live=60,
        ),
        offered_only=True, days_to_live=60,
    ),
    *_group("other", _("Something else"), "other"),
]  # fmt: skip

LANGUAGES: list[tuple[str, str]] = [
    ("am", "አማርኛ"), ("ar", "العربية"), ("bn", "বাংলা"), ("de", "Deutsch"), ("en", "English"),
    ("es", "Español"), ("fa", "فارسی"), ("fr", "Français"), ("hi", "हिन्दी"),
    ("ht", "Kreyòl ayisyen"), ("it", "Italiano"), ("ja", "日本語"), ("ko", "한국어"),
    ("pl", "Polski"), ("pt", "Português"), ("ro", "Română"), ("ru", "Русский"),
    ("so", "Soomaali"), ("sw", "Kiswahili"), ("ti", "ትግርኛ"), ("tl", "Tagalog"),
    ("tr", "Türkçe"), ("uk", "Українська"), ("ur", "اردو"), ("vi", "Tiếng Việt"), ("zh", "中文"),
]  # fmt: skip
"""ISO 639-1 code, and the name its speakers use."""
