"""Events, Place Standard exercises and communities' own plans in Strathlyle."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Told:
    """One event: days from now, hours from and to, and what is said of it.

    ``came`` is how many came, in the order of postcodes, by area told, and unsaid; None to come.
    """

    title: str
    method: str
    day: int
    hours: tuple[int, int]
    place: str
    locality: str
    access: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    note: str = ""
    came: tuple[int, int, int] | None = None
    groups: tuple[str, ...] = ()
    notes: str = ""
    rough: str = ""


#: Where the evenings in four halls were held, with what was said in each.
EVENINGS = {
    "Lyle Harbour": (
        "Harbour hall, Shore Street, Lyle Harbour",
        "Most tables put buses first: shifts at the hospital end at 10pm and the last bus leaves "
        "at 7pm.\n\nThree people said that the path to Shore Street is dark. One table said that "
        "parking on the front matters more.",
    ),
    "Ardle and Castlehill": (
        "Castlehill Warm Hub, 3 Mill Brae, Castlehill",
        "Damp was on every table. Families asked who checks that the work in their flats is done."
        "\n\nOlder people asked for advice where they already go.",
    ),
    "Lower Glenlyle": (
        "Glen hall, Lower Glenlyle",
        "People drive an hour for a blood test. Several would give lifts if fuel was paid.",
    ),
    "The Islands": (
        "Ferry waiting room and hall, Sandy Isle",
        "The last ferry leaves before clubs and evening classes end. Young people said it first.",
    ),
}
HARBOUR_EVENTS = (
    Told(
        "Walk along the front with a map",
        "walkabout",
        -12,
        (10, 12),
        "Start at the slip, Lyle Harbour\nZZ1 1AA",
        "Lyle Harbour",
        ("no_steps", "toilet", "bus"),
        note="The walk is a mile, on level ground. There is a seat every 200 metres.",
        came=(17, 6, 3),
        groups=("Lyle Harbour Community Council", "Strathlyle Disability Forum"),
        rough="Blue group slow at the kerb by the chandler’s. Mr T. very cross about the bins.",
        notes="People marked 14 places on the map. Most were kerbs without a ramp, and the dark "
        "stretch behind the fish market.\n\nTwo traders asked that nothing takes parking away from "
        "the front. Others asked for fewer cars there on summer evenings.",
    ),
    Told(
        "Three days of drawing the front",
        "charrette",
        9,
        (10, 16),
        "Old net store, Shore Street, Lyle Harbour\nZZ1 1AB",
        "Lyle Harbour",
        ("no_steps", "toilet", "loop", "quiet"),
        ("childcare", "bsl", "food"),
        "Come for an hour or for a day. The net store is heated.",
    ),
    Told(
        "Tea and questions about the plan",
        "drop_in",
        3,
        (14, 17),
        "Library, Harbour Road, Lyle Harbour\nZZ1 1AD",
        "Lyle Harbour",
        ("no_steps", "toilet", "loop", "changing_place", "parking"),
        ("travel", "language"),
    ),
)
ASK_FOR_SUPPORT = "Phone 01999 000000 or ask at the library desk, two days before if you can."


@dataclass(frozen=True)
class Exercise:
    """One Place Standard: first and last day from now, how many answered, which mean each theme
    tends to (in the order of the wheel), and what some wrote."""

    title: str
    place: str
    version: str
    days: tuple[int, int]
    people: int
    groups: tuple[int, ...]
    tends_to: tuple[int, ...]
    priorities: tuple[str, ...]
    better: dict[str, str]
    good: dict[str, str]


BEFORE = Exercise(
    "How good is Lyle Harbour? The first time",
    "Lyle Harbour",
    "2016",
    (-410, -390),
    24,
    (8, 11),
    (3, 2, 4, 3, 5, 3, 4, 2, 3, 5, 5, 3, 3, 2),
    ("transport", "safe", "influence"),
    {"transport": "The last bus is at 7pm.", "safe": "The path behind the market is dark."},
    {"natural": "The shore, in any weather."},
)
NOW = Exercise(
    "How good is Lyle Harbour?",
    "Lyle Harbour",
    "2022",
    (-30, -12),
    31,
    (9, 6),
    (4, 3, 4, 4, 5, 4, 4, 3, 3, 5, 6, 4, 3, 4),
    ("transport", "housing", "safe"),
    {
        "transport": "Buses after 7pm, on Sundays too.",
        "safe": "Light the path behind the fish market.",
        "moving": "Ramps at the kerbs on the front.",
        "care": "My neighbour at number 4 never cleans up after her dog.",
    },
    {"identity": "People say hello.", "natural": "The shore."},
)
KIRKTON = Exercise(
    "How good is Kirkton?",
    "Kirkton",
    "2022",
    (-30, -12),
    22,
    (14,),
    (5, 5, 3, 4, 4, 5, 5, 4, 4, 4, 4, 5, 4, 3),
    ("traffic", "influence", "play"),
    {"traffic": "Cars at the school gate.", "play": "A place for teenagers."},
    {"facilities": "The library and the surgery are close."},
)
GLEN = Exercise(
    "How good is Upper Glenlyle?",
    "Upper Glenlyle",
    "2022",
    (-4, 24),
    7,
    (),
    (3, 1, 5, 4, 7, 3, 2, 3, 3, 4, 6, 6, 4, 3),
    ("transport", "facilities", "work"),
    {"transport": "There is one bus a week."},
    {"natural": "Where to begin?"},
)
#: Comments that an officer holds back when they are read.
HELD_BACK = ("My neighbour at number 4",)


@dataclass(frozen=True)
class OwnPlan:
    """A plan that a group made: how many days ago, and what it asks for."""

    group: str
    title: str
    kind: str
    day: int
    method: str
    summary: str
    localities: tuple[str, ...]
    link: str = ""
    file: bytes = b""
    waits: bool = False


#: A page of paper with one line on it, as the smallest of programs writes it.
PAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources"
    b"<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n"
    b"4 0 obj<</Length 58>>stream\nBT /F1 18 Tf 72 740 Td (Shore Street: what we want) Tj ET   "
    b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
OWN_PLANS = (
    OwnPlan(
        "Lyle Harbour Community Council",
        "Lyle Harbour 2030: our place plan",
        "local_place_plan",
        -260,
        "Four open days with a model of the town, 190 people; a survey at the school gate, 84.",
        "Light the path from the harbour to Shore Street. Ramps at every crossing on the front. "
        "Buses home after a late shift.",
        ("Lyle Harbour",),
        "https://harbour.example.org/place-plan",
        PAGE,
    ),
    OwnPlan(
        "Castlehill Tenants and Residents",
        "Castlehill on the table: what 60 families put first",
        "planning_for_real",
        -150,
        "Planning for Real: a model of four streets, and cards that 60 families placed on it.",
        "Dry flats before new kitchens. A crossing at Mill Brae. A room for children after school.",
        ("Ardle and Castlehill",),
        "https://castlehill.example.org/planning-for-real",
    ),
    OwnPlan(
        "Islands Ferry Users",
        "Minutes of the winter meeting on ferries",
        "minutes",
        -40,
        "A meeting in the hall of Sandy Isle, 33 people.",
        "One later ferry on Fridays. A heated place to wait. Fares that families can pay.",
        ("The Islands",),
        "https://ferries.example.org/minutes-winter",
    ),
    OwnPlan(
        "Kirkton Community Council",
        "A profile of Kirkton",
        "community_profile",
        -3,
        "Figures from the census, and 40 conversations in the library.",
        "More older people than ten years ago, and nowhere for teenagers to be.",
        ("Kirkton",),
        "https://kirkton.example.org/profile",
        waits=True,
    ),
)
