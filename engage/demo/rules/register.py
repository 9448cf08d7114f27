"""How the demo's register is kept: communities, council areas, support, and what waits there."""

from dataclasses import dataclass

#: Where each locality stands on the map, on a coast that nobody will find.
POINTS: dict[str, tuple[float, float]] = {
    "Lyle Harbour": (57.884, -5.172),
    "Ardle and Castlehill": (57.916, -5.108),
    "Kirkton": (57.941, -5.021),
    "Westerfield": (57.897, -5.012),
    "Upper Glenlyle": (58.021, -4.872),
    "Lower Glenlyle": (57.972, -4.953),
    "East Coast": (57.858, -4.861),
    "The Islands": (57.861, -5.364),
}


@dataclass(frozen=True)
class Named:
    """A community, the groups that speak for it, and what is planned: what, who, in how many days.

    ``fifth``: its zones are those of the locality ``places`` in the most deprived fifth.
    """

    name: str
    definition: str
    evidence: str
    places: tuple[str, ...] = ()
    fifth: bool = False
    voices: tuple[str, ...] = ()
    planned: tuple[str, str, int] | None = None
    done: str = ""


COMMUNITIES = (
    Named(
        "Castlehill, lower streets",
        "Everybody who lives in the data zones of Ardle and Castlehill that are in the most "
        "deprived fifth of Scotland.",
        "Deprivation index: these zones are in the most deprived fifth for income and health.",
        ("Ardle and Castlehill",),
        fifth=True,
        voices=("Castlehill Tenants and Residents", "Castlehill Kids Club"),
    ),
    Named(
        "Lyle Harbour waterfront",
        "Everybody who lives in Lyle Harbour.",
        "Deprivation index, and 7 of 10 food parcels go to the harbour.",
        ("Lyle Harbour",),
        voices=("Lyle Foodshare",),
    ),
    Named(
        "Disabled people",
        "Disabled people of every age in Strathlyle.",
        "Health and wellbeing survey: half as many say that they can influence decisions.",
        voices=("Strathlyle Disability Forum", "Sight and Sound Strathlyle"),
    ),
    Named(
        "Young carers",
        "People under 18 who look after somebody at home.",
        "School survey: one in three misses lessons because of caring.",
        voices=("Strathlyle Young Carers",),
    ),
    Named(
        "Families on the Ardle Road site",
        "Gypsy and Traveller families who live on the Ardle Road site.",
        "The council's site survey, and a life expectancy well below the average.",
        voices=("Gypsy Traveller Voices",),
    ),
    Named(
        "People in recovery",
        "People who live with, or have left behind, problems with drugs or alcohol.",
        "NHS Lyle: admissions are twice the national rate.",
        voices=("Lyle Recovery Cafe",),
        planned=("Sit in on the cafe's open evening.", "Carys", 20),
        done="Eleven people came, and want a second meeting.",
    ),
    Named(
        "Seasonal workers on the East Coast",
        "People who come for the fish and fruit seasons and live in tied housing.",
        "Citizens Advice: half of their cases on tied housing come from here.",
        ("East Coast",),
        planned=(
            "Visit both sites with an interpreter, after the late shift.",
            "Carys, with Lyle College",
            45,
        ),
    ),
    Named(
        "Older people alone on the islands",
        "People over 75 who live alone on the islands.",
        "Two of five said in the ferry survey that they see nobody for days.",
        ("The Islands",),
    ),
)

#: Community council areas by name, with their locality, and either a group or why there is none.
#: Without either, nobody has said yet.
AREAS: tuple[tuple[str, str, str, str], ...] = (
    ("Lyle Harbour", "Lyle Harbour", "Lyle Harbour Community Council", ""),
    ("Ardle", "Ardle and Castlehill", "Ardle and Castlehill Community Council", ""),
    ("Castlehill", "Ardle and Castlehill", "Ardle and Castlehill Community Council", ""),
    ("Kirkton", "Kirkton", "Kirkton Community Council", ""),
    ("Netherton", "Kirkton", "", "dormant: Nobody stood at the election of October 2025."),
    ("Westerfield", "Westerfield", "Westerfield Community Council", ""),
    ("Upper Glenlyle", "Upper Glenlyle", "Upper Glenlyle Community Council", ""),
    ("Lower Glenlyle", "Lower Glenlyle", "Lower Glenlyle Community Council", ""),
    ("East Coast", "East Coast", "East Coast Community Council", ""),
    ("Hill Farms", "East Coast", "", "none: Nine households, who asked not to have one."),
    ("The Islands", "The Islands", "The Islands Community Council", ""),
    ("Outer Skerries", "The Islands", "", ""),
)

INTERFACE = "Strathlyle Voluntary Action"
#: Whom the interface supports, with what, and since how many days.
SUPPORT = (
    ("Castlehill Tenants and Residents", "Training for its treasurer", 410),
    ("Strathlyle Young Carers", "Help to become a charity", 220),
    ("New Scots Lyle", "A room, and a bank account until it has its own", 150),
    ("Lyle Recovery Cafe", "Finding and looking after volunteers", 90),
    ("Shore Street Residents", "Writing a constitution", 35),
)

#: An entry that somebody made a second time, for the page of groups that look alike.
TWICE = "Castlehill Residents Association"
#: Groups whose yearly review is a story of its own.
SAID_CHANGED = ("Harbour Traders", "We meet in the new hall since May.")
SILENT = "Mind Our Heads"
LAPSED = ("Ardle Bowling Club", "Its last committee told us so, and gave us its papers.")
#: Somebody whom the secretary of Lyle Harbour has invited, and who has not answered.
INVITED = "nia@example.org"
