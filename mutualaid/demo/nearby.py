"""What is near in the made-up city: nothing of it exists."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoResource:
    """The fields are those of `resources.models.Resource`; categories and locality are slugs."""

    name: str
    kind: str
    categories: tuple[str, ...]
    locality: str
    address: str
    hours: str
    organization: str = ""
    description: str = ""
    eligibility: str = ""
    to_bring: str = ""
    languages: tuple[str, ...] = ("en",)
    cost: str = "Free"
    phone: str = ""
    website: str = ""
    checked_days_ago: int = 20


RESOURCES = (
    DemoResource(
        "Lighthouse Food Table",
        "food_bank",
        ("food",),
        "saltmarsh",
        "4 Example Quay, the blue door",
        "Fridays 4 to 6 pm\nThe first Sunday of the month, 11 am to 1 pm",
        organization="Made-up Lighthouse Society",
        description="Take what you need. No one asks for papers or income.",
        eligibility="Everyone",
        to_bring="A bag",
        languages=("en", "es", "ar"),
        phone="555 0150",
        website="https://lighthouse.example/",
    ),
    DemoResource(
        "Open Door Clinic",
        "clinic",
        ("health",),
        "market-square",
        "20 Sample Square",
        "Monday to Thursday 9 am to 5 pm; without an appointment until noon",
        description="Doctors and nurses for whoever has no insurance.",
        eligibility="Anyone, with or without papers",
        to_bring="Medicine you take\nA letter from your doctor, if you have one",
        languages=("en", "es"),
        phone="555 0151",
        website="https://open-door.example/",
        checked_days_ago=60,
    ),
    DemoResource(
        "The Spare Part",
        "cooperative",
        ("home", "lend"),
        "station-yards",
        "Arch 7, Placeholder Lane",
        "Wednesdays and Saturdays 2 to 7 pm",
        organization="Repair Cooperative of Nowhere",
        description="We mend it together: bikes, lamps, clothes, phones. Tools to borrow.",
        cost="Pay what you can",
        phone="555 0152",
        checked_days_ago=200,
    ),
    DemoResource(
        "Common Ground Land Trust",
        "land_trust",
        ("housing", "home"),
        "orchard-hill",
        "1 Imaginary Hill",
        "Office hours on Tuesdays 10 am to noon, or call",
        description="Homes that stay affordable, held by the people who live in them.",
        eligibility="Households that pay more than a third of their income as rent",
        to_bring="A letter about your rent",
        cost="Free advice",
        phone="555 0153",
        website="https://common-ground.example/",
        checked_days_ago=100,
    ),
)
