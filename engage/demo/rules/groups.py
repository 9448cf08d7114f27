"""The groups of Strathlyle: local and shared-interest ones, with and without a constitution."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Group:
    """One group as it registers. No ``places`` is the whole area; ``wish`` '' was never asked.

    ``evidence`` is given where the group speaks for people who face disadvantage.
    """

    name: str
    kind: str
    basis: str
    places: tuple[str, ...] = ()
    wish: str = ""
    constituted: bool = True
    purpose: str = ""
    interests: str = ""
    evidence: str = ""


def _council(place: str, wish: str) -> Group:
    return Group(
        f"{place} Community Council",
        "community_council",
        "place",
        (place,),
        wish,
        purpose=f"To find out what people in {place} think, and to say it.",
    )


def _parents(place: str, wish: str) -> Group:
    return Group(
        f"{place} Parent Council",
        "parent_council",
        "place",
        (place,),
        wish,
        purpose="To bring parents, pupils and the school together.",
        interests="Schools, play, safe routes",
    )


REGISTERED = (
    _council("Lyle Harbour", "collaborate"),
    _council("Ardle and Castlehill", "involve"),
    _council("Kirkton", "collaborate"),
    _council("Westerfield", "consult"),
    _council("Upper Glenlyle", "empower"),
    _council("Lower Glenlyle", "consult"),
    _council("East Coast", "involve"),
    _council("The Islands", "empower"),
    _parents("Lyle Harbour", "involve"),
    _parents("Kirkton", "consult"),
    _parents("Westerfield", "inform"),
    _parents("The Islands", ""),
    Group(
        "Castlehill Tenants and Residents",
        "residents",
        "place",
        ("Ardle and Castlehill",),
        "collaborate",
        purpose="Warm, dry homes and a street that people want to walk in.",
        interests="Housing, heating, streets",
        evidence="Three of our four streets are in the most deprived fifth of areas.",
    ),
    Group(
        "Shore Street Residents",
        "residents",
        "place",
        ("Lyle Harbour",),
        "involve",
        constituted=False,
        purpose="Neighbours who keep Shore Street clean and safe.",
    ),
    Group(
        "Netherton Residents",
        "residents",
        "place",
        ("Kirkton",),
        "inform",
        constituted=False,
        purpose="To hear early about what is planned for Netherton.",
    ),
    Group(
        "Friends of Westerfield Park",
        "informal",
        "place",
        ("Westerfield",),
        "consult",
        constituted=False,
        purpose="To plant, prune and look after the park.",
        interests="Parks, trees, wildlife",
    ),
    Group(
        "Harbour Traders",
        "business",
        "place",
        ("Lyle Harbour",),
        "consult",
        purpose="To keep shops and cafes open on the front.",
        interests="Town centre, parking, tourism",
    ),
    Group(
        "Glenlyle Farm and Croft Network",
        "business",
        "both",
        ("Upper Glenlyle", "Lower Glenlyle"),
        "involve",
        purpose="To speak for people who work the land in the glen.",
        interests="Roads, broadband, land",
    ),
    Group(
        "Strathlyle Young Carers",
        "youth",
        "interest",
        (),
        "collaborate",
        constituted=False,
        purpose="We look after somebody at home. We meet, rest and speak up together.",
        interests="Young people, health, schools, transport",
        evidence="All of us care for somebody, and most of us live in Castlehill or the harbour.",
    ),
    Group(
        "Strathlyle Youth Forum",
        "youth",
        "interest",
        (),
        "empower",
        purpose="To put what people aged 11 to 25 think before those who decide.",
        interests="Young people",
    ),
    Group(
        "Harbour Skate and Scoot",
        "youth",
        "both",
        ("Lyle Harbour",),
        "involve",
        constituted=False,
        purpose="A safe place to skate for all ages.",
        interests="Sport, young people",
    ),
    Group(
        "Strathlyle Disability Forum",
        "equality",
        "interest",
        (),
        "collaborate",
        purpose="Disabled people who check plans before they are built.",
        interests="Access, transport, housing",
        evidence="Our 62 members are disabled people. We survey them each spring.",
    ),
    Group(
        "Sight and Sound Strathlyle",
        "equality",
        "interest",
        (),
        "consult",
        purpose="People with sight or hearing loss, and those who live with them.",
        interests="Access, information",
        evidence="All members have sight or hearing loss.",
    ),
    Group(
        "Strathlyle Black and Minority Ethnic Women",
        "equality",
        "interest",
        (),
        "involve",
        purpose="To meet, learn and be heard.",
        interests="Equality, work, health",
        evidence="Our members say in our yearly meeting that they are rarely asked.",
    ),
    Group(
        "LGBT Lyle",
        "equality",
        "interest",
        (),
        "consult",
        constituted=False,
        purpose="A monthly evening for LGBT people of all ages.",
        interests="Equality, health",
    ),
    Group(
        "Gypsy Traveller Voices",
        "equality",
        "interest",
        (),
        "involve",
        constituted=False,
        purpose="Families at Ardle Road who want a say on their site.",
        interests="Housing, health, schools",
        evidence="Site residents, with the council's site survey.",
    ),
    Group(
        "New Scots Lyle",
        "equality",
        "interest",
        (),
        "",
        purpose="To welcome refugees and people who seek asylum.",
        interests="Language, housing, work",
        evidence="Most members have no income of their own yet.",
    ),
    Group(
        "Lyle Foodshare",
        "third_sector",
        "both",
        ("Lyle Harbour", "Ardle and Castlehill"),
        "involve",
        purpose="Good food for everybody, without questions.",
        interests="Food, money advice",
        evidence="We hand out 140 parcels a month; 7 of 10 go to the harbour.",
    ),
    Group(
        "Castlehill Warm Hub",
        "third_sector",
        "place",
        ("Ardle and Castlehill",),
        "consult",
        purpose="A warm room, soup and company four days a week.",
        interests="Older people, heating",
    ),
    Group(
        "Strathlyle Voluntary Action",
        "interface",
        "interest",
        (),
        "collaborate",
        purpose="To support charities and volunteers in Strathlyle.",
        interests="Volunteering, funding",
    ),
    Group(
        "Lyle Recovery Cafe",
        "third_sector",
        "interest",
        (),
        "involve",
        purpose="People in recovery run a cafe for people in recovery.",
        interests="Drugs and alcohol, health",
        evidence="Everybody who volunteers has lived it.",
    ),
    Group(
        "Mind Our Heads",
        "third_sector",
        "interest",
        (),
        "consult",
        purpose="Talking groups for mental health.",
        interests="Mental health",
    ),
    Group(
        "Islands Ferry Users",
        "informal",
        "both",
        ("The Islands", "East Coast"),
        "collaborate",
        constituted=False,
        purpose="A ferry that runs when people need it.",
        interests="Ferries, transport",
    ),
    Group(
        "Lyle Bus Users",
        "informal",
        "interest",
        (),
        "involve",
        constituted=False,
        purpose="Buses that come, and come later in the evening.",
        interests="Buses, transport",
    ),
    Group(
        "Strathlyle Cycle Campaign",
        "informal",
        "interest",
        (),
        "consult",
        purpose="Safe ways to cycle to school and work.",
        interests="Cycling, roads",
    ),
    Group(
        "Castlehill Kids Club",
        "third_sector",
        "place",
        ("Ardle and Castlehill",),
        "involve",
        purpose="Breakfast, homework and play before and after school.",
        interests="Children, food",
        evidence="Half of our 48 children come from homes without work.",
    ),
    Group(
        "Climate Lyle",
        "third_sector",
        "interest",
        (),
        "consult",
        purpose="To cut what we burn and get ready for the weather.",
        interests="Climate, energy, flooding",
    ),
    Group(
        "East Coast Heritage",
        "third_sector",
        "both",
        ("East Coast",),
        "inform",
        purpose="To keep the fishing villages' stories and buildings.",
        interests="Heritage, tourism",
    ),
    Group(
        "Comunn na Gàidhlig Srath Lìobhail",
        "third_sector",
        "interest",
        (),
        "involve",
        purpose="Gaelic at home, at school and on the street.",
        interests="Gaelic, culture",
    ),
    Group(
        "Westerfield Walking Football",
        "informal",
        "both",
        ("Westerfield",),
        "none",
        constituted=False,
        purpose="A game and a cup of tea for people over 50.",
        interests="Sport, older people",
    ),
)

WAITING = (
    Group(
        "Ardle Allotments",
        "informal",
        "place",
        ("Ardle and Castlehill",),
        "consult",
        constituted=False,
        purpose="To get land to grow food on.",
        interests="Land, food",
    ),
    Group(
        "Lyle Dads",
        "informal",
        "interest",
        (),
        "involve",
        constituted=False,
        purpose="Fathers and their children on Saturday mornings.",
        interests="Families",
    ),
)

#: What was asked for the register and is not a group of the community, with the reason it was told.
DECLINED = (
    Group(
        "Lyle Estates Sales",
        "business",
        "place",
        ("Westerfield",),
        "inform",
        purpose="To sell new homes.",
    ),
    "The register is for groups of people who live or work here. A single company is not one.",
)
