"""What the plans of Strathlyle say, and what their consultations ask."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Aim:
    """One priority of a plan: its title, its wording, and what the partnership adds to it."""

    title: str
    text: str
    added_value: str


@dataclass(frozen=True)
class PlanText:
    """A plan as it is put to people: its sections with their paragraphs, and its priorities."""

    title: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    priorities: tuple[Aim, ...]
    locality: str = ""


WHOLE_AREA = PlanText(
    "Strathlyle local plan",
    (
        (
            "Where we stand",
            (
                "About 48,000 people live in Strathlyle. One in five lives in an area that is "
                "among the most deprived.",
                "People in Lyle Harbour live six years less than people in Westerfield.",
            ),
        ),
        (
            "Getting about",
            (
                "Buses run every hour between the towns until 7pm.",
                "The ferry to the islands sails twice a day, and four times on Saturdays.",
                "We will make one safe walking and cycling route to each secondary school.",
            ),
        ),
        (
            "Warm homes and money",
            (
                "We will insulate 600 council homes by 2030, the coldest first.",
                "Money advice is given in the council office in Kirkton.",
            ),
        ),
        (
            "Young people",
            (
                "Every young person who looks after somebody gets a person at school to turn to.",
                "We will open a place for young people in each town, on two evenings a week.",
            ),
        ),
        (
            "Health close to home",
            (
                "Health visitors will see families at home in the first year.",
                "We will bring the blood-test clinic from Kirkton to four villages.",
            ),
        ),
    ),
    (
        Aim(
            "Getting about",
            "Buses run between the towns until 7pm on every day but Sunday.",
            "The council pays for routes, the health board for trips to clinics: one timetable.",
        ),
        Aim(
            "Warm homes",
            "600 council homes are insulated by 2030, the coldest first.",
            "The fire service finds cold homes on its visits and passes them on.",
        ),
        Aim(
            "Money advice",
            "Money advice is given in the council office in Kirkton.",
            "Advice is offered where people go anyway: clinics, schools and food shares.",
        ),
        Aim(
            "Young people",
            "Each town has a place for young people on two evenings a week.",
            "Police, youth work and schools staff the evenings together.",
        ),
        Aim(
            "Health close to home",
            "A blood-test clinic comes to four villages.",
            "The council lends halls, the health board nurses, volunteers lifts.",
        ),
    ),
)
HARBOUR = PlanText(
    "Lyle Harbour locality plan",
    (
        (
            "What we know",
            (
                "Lyle Harbour has ten small areas. Nine of them are among the most deprived.",
                "Four in ten homes have no car.",
            ),
        ),
        (
            "The front and the streets",
            (
                "We will light the path from the harbour to Shore Street.",
                "Empty shops on the front will be let for a year without rent.",
                "We will plant trees in Fisher Row.",
            ),
        ),
        (
            "Growing up here",
            (
                "The nursery opens at 7:30am for parents who work early.",
                "The hall will have a room for young carers on Thursdays.",
            ),
        ),
        (
            "Health",
            (
                "The surgery keeps a Saturday morning for people who work.",
                "We will trial free bus travel to the hospital for a year.",
            ),
        ),
    ),
    (
        Aim(
            "Safe streets",
            "The path from the harbour to Shore Street is lit.",
            "Lamps by the council, walks with the police and the community council.",
        ),
        Aim(
            "A lively front",
            "Empty shops are let for a year without rent.",
            "The enterprise agency helps new traders, the college trains them.",
        ),
        Aim(
            "Young carers",
            "Young carers have a room in the hall on Thursdays.",
            "School, health board and the young carers run it together.",
        ),
    ),
    "Lyle Harbour",
)

#: Kind, prompt, and whether it must be answered.
QUESTIONS = (
    ("agreement", "Do you agree that these are the right priorities?", True),
    ("agreement", "Do you agree with how we mean to reach people who are rarely heard?", False),
    ("text", "What matters most to you, and what is missing?", False),
)
