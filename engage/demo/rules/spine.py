"""What Strathlyle says of its engagements: answers to the Standards, indicators, decisions."""

from dataclasses import dataclass

#: One answer a Standard, of the plan and of the review, as officers of a small partnership write.
PLANNED: dict[str, str] = {
    "I": "People who rent, parents, shop owners and young carers. We go to where they meet anyway.",
    "S": "Lifts, a meal, childcare, Polish and British Sign Language. We asked each group first.",
    "P": "To agree what comes first. The groups set the questions with us in two meetings.",
    "W": "The tenants lead the meetings, we keep the notes, and both of us agree them.",
    "M": "Round tables, a walk and drawings: one for talkers, one for walkers, one for children.",
    "C": "A letter to every home within four weeks, and the notes on the notice board in the shop.",
    "X": "The design changes or it does not: we say which, and why, before it is signed.",
}
REVIEWED: dict[str, str] = {
    "I": "41 came, 14 of them for the first time. Nobody came from the two closes by the harbour.",
    "S": "All who asked for a lift got one. The interpreter was late on the second evening.",
    "P": "The questions held. We had too little time for the one about money.",
    "W": "The tenants chaired. One partner sent nobody, and told us a day before.",
    "M": "The walk brought people who had never come to a table.",
    "C": "The letter went out in six weeks and not in four.",
    "X": "Two of the five things that people asked for are in the design now.",
}
#: Scores of officers and of a partner, and how twelve people found it, by Standard.
OFFICERS: dict[str, int] = {"I": 4, "S": 5, "P": 4, "W": 5, "M": 5, "C": 4, "X": 4}
PARTNER: dict[str, int] = {"I": 3, "S": 5, "P": 4, "W": 4, "M": 5, "C": 3, "X": 4}
PEOPLE: dict[str, int] = {"I": 4, "S": 5, "P": 4, "W": 5, "M": 5, "C": 2, "X": 3}
#: What shows that Communication and Impact are as good as they say.
SHOWN: dict[str, tuple[str, str]] = {
    "C": ("text", "The letter to every home, and the notes of both evenings"),
    "X": ("text", "Drawings of the design before and after, signed by the tenants"),
}
FELT = ("consult", "involve", "involve", "involve", "collaborate", "inform")

LEAP: dict[str, dict[str, str]] = {
    "analyse": {
        "need": "Three of four streets are hard to heat. The design decides who is warm first.",
        "evidence": "The housing survey, and what tenants said in the autumn evenings.",
        "stakeholders": "Tenants: they pay and know the houses. Owners: they may fear the works.",
    },
    "plan": {
        "outcomes": "A design that those who live there would choose.",
        "inputs": "Two officers for four weeks, £6,000 for rooms, meals and interpreters.",
        "processes": "Two evenings, a walk, and a table in the shop on Saturdays.",
        "outputs": "Notes that all agreed, and a list of changes with a yes or no to each.",
        "responsibilities": "Tenants chair, the council writes, the college draws.",
    },
    "do": {"monitoring": "Few men came to the evenings; many came to the walk. We added a walk."},
    "review": {
        "results": "Five changes asked for, two made, three declined with a reason.",
        "learning": "Ask the shop first: it knows everybody. Book the interpreter twice.",
        "next_steps": "The same people look at the works plan in spring.",
    },
}
INDICATORS = (
    ("People who take part for the first time", "10 or more"),
    ("Changes that people asked for, with an answer to each", "All of them"),
)
JUDGED = (("yes", "14 of 41 said so on the form."), ("yes", "Two yes, three no, each with why."))


@dataclass(frozen=True)
class Decided:
    """A decision that followed: its kind, its words, how many days after the end."""

    kind: str
    words: str
    after: int


DECISIONS = {
    "warm-homes-on-the-hill-the-design": (
        Decided("invest", "£240,000 more for insulation before the pipes are laid", 12),
        Decided("change", "The works begin in the street that tenants chose", 20),
    ),
    "autumn-evenings-in-four-halls": (
        Decided("plan", "The aims of the local plan, in the order that the halls gave them", 90),
    ),
}


@dataclass(frozen=True)
class Elsewhere:
    """What a partner runs itself: days from today, and a locality ('' is the whole area)."""

    title: str
    partner: str
    kind: str
    topic: str
    first: int
    days: int
    place: str = ""
    about: str = ""
    changed: str = ""


ELSEWHERE = (
    Elsewhere("How do you get to the surgery?", "NHS Lyle", "survey", "health", -20, 45, "",
              "Ten questions at the desk of every surgery, and by phone."),
    Elsewhere("Ferry and pharmacy: a talk on the islands", "NHS Lyle", "meeting", "health", 12, 1,
              "The Islands", "", "The pharmacy on the large island has a new owner."),
    Elsewhere("Safe home from town", "Police Scotland", "drop_in", "safety", 5, 2, "Lyle Harbour"),
    Elsewhere("What would you learn if it were free?", "Lyle College", "workshop", "learning", 9,
              1, "Kirkton"),
    Elsewhere("Smoke alarms: ask us anything", "Scottish Fire and Rescue Service", "drop_in",
              "safety", -40, 3, "Ardle and Castlehill"),
)  # fmt: skip
