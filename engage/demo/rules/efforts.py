"""What Strathlyle did so that people could take part: texts of attempts, barriers and reasons."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Try:
    """One attempt to reach a group, so many days before today."""

    group: str
    days: int
    channel: str
    offered: str
    response: str
    partner: str = ""
    next_step: str = ""
    next_days: int = 0


@dataclass(frozen=True)
class Barrier:
    """What kept people of a group away, so many days before today, and what came of it."""

    group: str
    days: int
    barrier: str
    wanted: str
    outcome: str = ""
    support: str = ""
    reason: str = ""
    partner: str = ""
    pounds: int = 0
    minutes: int = 0


@dataclass(frozen=True)
class Asked:
    """What a group asked for and did not get. ``told`` is how it heard, '' not yet."""

    group: str
    days: int
    ask: str
    code: str
    reason: str
    by: str
    told: str = ""
    reply: str = ""


COUNCIL, HEALTH = "Strathlyle Council", "NHS Lyle"
VOLUNTARY = "Strathlyle Voluntary Action"
SEAT = "A seat in the working group on the local plan, with travel paid."
EVENING = "An evening with a meal, at a time that the group chooses."

#: Groups that were reached by the same two ways in the year that is over, and what they said.
WROTE_TO = (
    "Lyle Harbour Community Council", "Ardle and Castlehill Community Council",
    "Kirkton Community Council", "Westerfield Community Council",
    "Upper Glenlyle Community Council", "Lower Glenlyle Community Council",
    "East Coast Community Council", "The Islands Community Council",
    "Shore Street Residents", "Netherton Residents", "Harbour Traders", "Climate Lyle",
    "Lyle Bus Users", "Mind Our Heads", "East Coast Heritage",
)  # fmt: skip

TRIED = (
    Try("Castlehill Tenants and Residents", 300, "visit", EVENING, "yes", COUNCIL),
    Try("Strathlyle Young Carers", 290, "school", EVENING, "yes", COUNCIL),
    Try("Strathlyle Disability Forum", 280, "phone", SEAT, "yes", HEALTH),
    Try("Lyle Recovery Cafe", 275, "email", SEAT, "none", HEALTH),
    Try("Lyle Recovery Cafe", 250, "visit", EVENING, "yes", HEALTH),
    Try("Castlehill Tenants and Residents", 120, "visit", SEAT, "yes", COUNCIL),
    Try("Strathlyle Young Carers", 110, "messenger", EVENING, "yes", VOLUNTARY),
    Try("Strathlyle Disability Forum", 100, "event", SEAT, "yes", HEALTH),
    Try("Sight and Sound Strathlyle", 95, "letter", SEAT, "none", COUNCIL),
    Try(
        "Gypsy Traveller Voices", 90, "visit", EVENING, "none", COUNCIL,
        "Ask the site’s health visitor to bring us together.", 20,
    ),
    Try("Strathlyle Black and Minority Ethnic Women", 80, "email", SEAT, "none", VOLUNTARY),
    Try("Strathlyle Black and Minority Ethnic Women", 60, "event", EVENING, "yes", VOLUNTARY),
    Try("Lyle Foodshare", 55, "visit", EVENING, "yes", VOLUNTARY),
    Try("Lyle Recovery Cafe", 50, "phone", SEAT, "no", HEALTH),
    Try("Islands Ferry Users", 45, "phone", SEAT, "yes", COUNCIL),
    Try("LGBT Lyle", 40, "email", SEAT, "none", COUNCIL, "Phone the group.", 10),
    Try("Westerfield Walking Football", 35, "visit", EVENING, "no", COUNCIL),
    Try("Strathlyle Youth Forum", 30, "school", SEAT, "yes", COUNCIL),
)  # fmt: skip

BARRIERS = (
    Barrier(
        "Islands Ferry Users", 295, "transport", "The last ferry leaves before the evening ends.",
        "met", "A boat back for eleven people on two evenings.", "", COUNCIL, 640, 120,
    ),
    Barrier(
        "Strathlyle Disability Forum", 292, "bsl", "An interpreter for the four evenings.",
        "met", "Two interpreters on each evening.", "", HEALTH, 1280, 480,
    ),
    Barrier(
        "Strathlyle Disability Forum", 288, "venue", "The hall in Kirkton has steps.",
        "met", "Moved to the school, which has none.", "", COUNCIL, 90, 60,
    ),
    Barrier(
        "Castlehill Tenants and Residents", 286, "childcare", "Somebody to look after children.",
        "met", "A creche run by Castlehill Kids Club.", "", VOLUNTARY, 320, 600,
    ),
    Barrier(
        "New Scots Lyle", 284, "translation", "The draft in Arabic and Ukrainian.",
        "part", "A summary of four pages.", "The whole draft would have come too late.",
        COUNCIL, 410, 90,
    ),
    Barrier(
        "Strathlyle Young Carers", 280, "timing", "We cannot leave home before seven.",
        "met", "A second sitting at half past seven, with a taxi.", "", COUNCIL, 150, 120,
    ),
    Barrier(
        "Netherton Residents", 270, "constitution", "We want to apply and have no bank account.",
        "met", "Two evenings with the voluntary action’s adviser.", "", VOLUNTARY, 0, 300,
    ),
    Barrier(
        "Castlehill Tenants and Residents", 150, "expenses", "Fares for eight people.",
        "met", "Fares paid on the evening, in cash.", "", COUNCIL, 74, 30,
    ),
    Barrier(
        "Sight and Sound Strathlyle", 130, "communication", "A hearing loop in the council room.",
        "not_met", "", "The loop is broken. A new one is in next year’s budget.",
    ),
    Barrier(
        "Strathlyle Disability Forum", 120, "assistance", "Help at the table for two members.",
        "met", "Two assistants for three evenings.", "", HEALTH, 540, 540,
    ),
    Barrier(
        "Strathlyle Black and Minority Ethnic Women", 100, "interpreter", "Urdu at the evening.",
        "met", "An interpreter from the health board’s list.", "", HEALTH, 180, 180,
    ),
    Barrier(
        "Lyle Foodshare", 70, "digital", "Most of us have no computer.",
        "met", "Paper, and a person with a tablet at the store.", "", VOLUNTARY, 60, 360,
    ),
    Barrier(
        "Strathlyle Youth Forum", 60, "skills", "How do we run a survey?",
        "met", "Three workshops.", "", COUNCIL, 200, 540,
    ),
    Barrier("Gypsy Traveller Voices", 25, "transport", "The site has no bus after six."),
    Barrier("Islands Ferry Users", 12, "transport", "No ferry back on Thursdays."),
)  # fmt: skip

ASKS = (
    Asked(
        "Islands Ferry Users", 210, "A seat with a vote on the ferry board", "law",
        "Only the ferry company’s owners have votes there. We asked them to let you speak.",
        "The council’s transport committee", "email",
        "Speaking is a start. Tell us when the board next looks at its rules.",
    ),
    Asked(
        "Strathlyle Cycle Campaign", 160, "A cycle path along the whole front this year", "money",
        "The grant covers a third of the path. The first third is built in spring.",
        "The council’s roads committee", "letter",
    ),
    Asked(
        "Lyle Harbour Community Council", 90, "To choose the harbour’s architect", "decided",
        "The contract was let before your group asked. You sit in the design group instead.",
        "The harbour working group", "email",
    ),
    Asked(
        "LGBT Lyle", 45, "A meeting place of the group’s own in the library", "fair",
        "Nine groups asked for rooms. We drew up a rota that every group can use.",
        "Head of libraries",
    ),
    Asked(
        "Lyle Bus Users", 6, "Buses until midnight on the whole line", "money",
        "Evening buses run to the harbour from January. The whole line would cost twice as much.",
        "",
    ),
)  # fmt: skip

#: Wishes that differ for one topic or stage: group, days before today, level, topic, stage.
OTHERWISE = (
    ("Lyle Bus Users", 220, "empower", "Buses", ""),
    ("Westerfield Community Council", 215, "collaborate", "Parks", ""),
    ("Strathlyle Disability Forum", 205, "empower", "", "design"),
    ("Harbour Traders", 200, "inform", "", "review"),
    ("Westerfield Walking Football", 190, "consult", "Sport", ""),
)

#: What partners gave, by partner: kind, amount, unit, pounds, purpose. None gave nothing: why.
GIVEN: dict[str, tuple[tuple[str, int, str, int, str], ...] | str] = {
    COUNCIL: (
        ("funds", 12_000, "pounds", 12_000, "Venues, meals, travel and interpreters."),
        ("staff", 640, "hours", 15_360, "Two engagement officers."),
        ("premises", 18, "days", 2_700, "Halls in the evening."),
    ),
    HEALTH: (
        ("funds", 4_500, "pounds", 4_500, "Interpreters and assistants."),
        ("staff", 120, "hours", 3_000, "Health improvement team at the evenings."),
    ),
    "Police Scotland": (("staff", 36, "hours", 900, "Community officers at four evenings."),),
    "Scottish Fire and Rescue Service": (
        ("premises", 6, "days", 600, "The station’s community room."),
    ),
    "Lyle College": "The college moved its term dates and had no staff free in the autumn.",
    VOLUNTARY: (
        ("expertise", 45, "hours", 1_350, "Advice on constitutions and bank accounts."),
        ("equipment", 6, "items", 900, "Tablets that were lent out."),
    ),
}
DECISION = "Board of the partnership, item 5"

#: Services that are made together: group, service, stage, who decides, who holds the money, state.
TOGETHER = (
    (
        "Lyle Bus Users",
        "Buses",
        "design",
        "The group proposes, the council’s transport team agrees",
        COUNCIL,
        "under_way",
        "Four members can give two evenings a month. They need the figures a week before.",
    ),
    (
        "Strathlyle Disability Forum",
        "Checks of new buildings",
        "design",
        "The forum, before plans are published",
        COUNCIL,
        "under_way",
        "Six trained members, paid by the hour. No more than one building a month.",
    ),
    (
        "Castlehill Tenants and Residents",
        "Repairs in Castlehill",
        "deliver",
        "Tenants and the housing team, half each",
        COUNCIL,
        "considered",
        "",
    ),
)
LEARNED = (
    (
        "Strathlyle Disability Forum",
        "Sight and Sound Strathlyle",
        140,
        "An afternoon about checking a building plan",
        "Go through the door yourself before you read the drawing.",
    ),
    (
        "Upper Glenlyle Community Council",
        "Netherton Residents",
        75,
        "Two evenings about running a survey of a village",
        "Ten questions on one sheet bring more answers than thirty online.",
    ),
)
#: How the year that is over was told: kind, title, form, language, days ago, for whom, reach.
TOLD = (
    ("report", "How people took part", "web page", "English", 60, "Everybody", None),
    ("easy_read", "What you said, what we did", "A4 sheet with pictures", "English", 55,
     "People who find long texts hard", 400),
    ("film", "The year in three minutes", "film with signing", "British Sign Language", 50,
     "Deaf people", 260),
    ("newsletter", "Na thuirt sibh", "page in the parish newsletter", "Gaelic", 45,
     "Gaelic speakers on the islands", 310),
    ("meeting", "Going through the report together", "two evenings", "English", 40,
     "Groups in Castlehill and the harbour", 46),
)  # fmt: skip
#: What readers thought: understood, useful, how they want to be told.
REPLIES = (
    *(((True, True, ""),) * 9), *(((True, False, "short"),) * 4), (False, False, "easy_read"),
    (True, True, "film"), (True, True, "print"), (False, True, "easy_read"),
)  # fmt: skip
