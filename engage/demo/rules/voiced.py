"""Where Strathlyle's communities sit, what they brought, and what was assessed and how."""

from dataclasses import dataclass

from engage.engagements.rules.assessments import AssessmentText

BOARD, FAIR, STAFF = "Strathlyle Partnership Board", "Fairer Lyle theme group", "Chief officers"
NO_SEAT = "It meets about staff and offices only. Its minutes go to the board, where groups sit."


@dataclass(frozen=True)
class Brought:
    """What a community brought to a meeting, and what became of it."""

    by: str
    what: str
    fate: str
    became: str = ""


#: Board or group, its level, and its seats: which group, and whether it votes.
GROUPS = (
    (
        BOARD,
        "board",
        (
            ("Lyle Harbour Community Council", True),
            ("Strathlyle Disability Forum", True),
            ("Strathlyle Youth Forum", False),
        ),
    ),
    (
        FAIR,
        "theme",
        (("Castlehill Tenants and Residents", True), ("Strathlyle Young Carers", True)),
    ),
)
CHALLENGE = (
    "You said that evening buses would come first. A year later there is one more bus a week. "
    "What happened?"
)
ANSWER = (
    "The operator withdrew. A second contract starts in January, and the board looks at the "
    "timetable with the bus users before it is signed."
)
ITEMS = (
    Brought(
        "Strathlyle Disability Forum",
        "Meetings of the board should be in a building with a loop and a changing place.",
        "agreed",
        "All board meetings moved to the Kirkton Centre.",
    ),
    Brought(
        "Strathlyle Youth Forum",
        "A vote for the young people’s seat.",
        "in_part",
        "The board takes their view first on each item. The vote is looked at in spring.",
    ),
    Brought("Lyle Harbour Community Council", "Sandbags before the winter tides.", "open"),
)
SIGNER = "Head of Communities, Strathlyle Council"
EQUALITY = AssessmentText(
    needed=True,
    reason="The plan decides what comes first for everybody who lives here.",
    evidence="Census figures, the yearly survey, and what people said at four meetings.",
    engaged="The Disability Forum, Sight and Sound and Young Carers, in their own rooms.",
    mitigation="Each action says who may be left out, and is checked by the Disability Forum.",
)
ISLANDS = AssessmentText(
    needed=True,
    reason="Travel takes a day from the islands.",
    evidence="Ferry timetables, and where services are.",
)
FUND = AssessmentText(
    needed=False,
    reason="A small fund with help to take part on paper, by phone and in person. Screened "
    "against each protected characteristic; nothing was found to keep anybody away.",
)
LETTERS = ("Islands Ferry Users", "4 Pier Road\nThe Islands\nZZ1 1AA")
SIGNED = "Strathlyle Disability Forum"
