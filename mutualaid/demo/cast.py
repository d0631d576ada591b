"""The people of the demo: three to sign in as, and others who ask and offer beside them."""

from dataclasses import dataclass

from mutualaid.people.models import Role


@dataclass(frozen=True)
class Person:
    """Someone with an account; with `categories` they also have an offer."""

    name: str
    locality: str
    role: Role = Role.VOLUNTEER
    categories: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en",)
    reach_km: int = 3
    times: str = ""
    per_week: int = 2
    has_vehicle: bool = False
    vetted: bool = False

    @property
    def email(self) -> str:
        return f"{self.name.lower()}@demo.example"


NEIGHBOUR = Person("Rosa", "mill-street", Role.NEIGHBOUR, languages=("es", "en"))
VOLUNTEER = Person(
    "Sam", "old-harbour", categories=("food", "errands"), reach_km=5, per_week=3,
    times="weekday evenings, weekends",
)  # fmt: skip
COORDINATOR = Person("Carla", "market-square", Role.COORDINATOR)

SIGN_INS = [NEIGHBOUR, VOLUNTEER, COORDINATOR]

PEOPLE = [
    *SIGN_INS,
    Person(
        "Amina", "station-yards", categories=("food", "care"), languages=("ar", "en"), vetted=True
    ),
    Person("Bea", "lantern-quay", categories=("rides", "goods"), has_vehicle=True, reach_km=10),
    Person("Diego", "mill-street", categories=("errands", "language"), languages=("es", "en")),
    Person("Femi", "willow-flats", categories=("home", "technology"), reach_km=6, times="evenings"),
    Person(
        "Grace",
        "elm-park",
        categories=("company", "phone-check-in"),
        times="mornings, afternoons",
        per_week=4,
        vetted=True,
    ),
    Person("Hugo", "saltmarsh", categories=("food", "health"), languages=("fr", "en")),
    Person("Ines", "orchard-hill", categories=("groceries", "pets"), languages=("pt", "es")),
]


@dataclass(frozen=True)
class DemoAsk:
    """An ask with one need. `end` is its state, reached with `helper`: open, claimed, delivered, closed."""

    category: str
    locality: str
    name: str
    days_ago: float
    urgency: int = 2
    people_count: int | None = None
    times: str = ""
    languages: tuple[str, ...] = ("en",)
    notes: str = ""
    end: str = "open"
    helper: str = ""


ASKS = [
    DemoAsk(
        "groceries",
        "old-harbour",
        "June",
        0.2,
        urgency=3,
        people_count=2,
        times="evenings",
        notes="Third floor, no lift.",
    ),
    DemoAsk("prescription", "saltmarsh", "Marc", 0.5, urgency=4, languages=("fr",)),
    DemoAsk(
        "medical-trip",
        "lantern-quay",
        "Teo",
        1,
        times="weekday mornings",
        notes="Wheelchair that folds.",
    ),
    DemoAsk("cooked-meals", "station-yards", "Nour", 1.5, people_count=4, languages=("ar", "en")),
    DemoAsk("yard-snow", "elm-park", "Walt", 2, urgency=1, times="mornings, weekend afternoons"),
    DemoAsk("translate", "mill-street", "Lucía", 2, languages=("es",)),
    DemoAsk("device-setup", "willow-flats", "Ida", 3, urgency=1),
    DemoAsk("one-night", "market-square", "K.", 0.3, urgency=4, people_count=1),
    DemoAsk("furniture", "orchard-hill", "Otis", 6, urgency=1),
    DemoAsk("shopping", "old-harbour", "Pearl", 4, end="claimed", helper="Sam"),
    DemoAsk("laundry", "lantern-quay", "Abe", 5, end="delivered", helper="Bea"),
    DemoAsk("groceries", "market-square", "Zoe", 9, people_count=3, end="closed", helper="Amina"),
    DemoAsk("post", "old-harbour", "Ken", 12, end="closed", helper="Diego"),
    DemoAsk("water", "market-square", "Mo", 20, people_count=5, end="closed", helper="Ines"),
]
