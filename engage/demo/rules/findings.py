"""What Strathlyle's people were found to say about the plan, and what the board did with it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Lesson:
    """One finding, resting on everything said about a theme, and what became of it.

    ``effect`` '' is not decided yet; ``text`` is the priority's new wording where it changed.
    """

    theme: str
    kind: str
    statement: str
    effect: str = ""
    priority: str = ""
    text: str = ""
    reason: str = ""
    section: str = ""
    dissent: str = ""


BOARD = "the Strathlyle community planning board"
LESSONS = (
    Lesson(
        "Evening buses",
        "need",
        "People cannot get home after 7pm. They lose work, clubs and company.",
        "changed",
        "Getting about",
        "Buses run between the towns until 10:30pm from Thursday to Saturday, and until 7pm on "
        "other days but Sunday. After a year we publish how many people used them.",
        "More people said this than anything else. The health board adds what it pays for trips "
        "to clinics. That is enough for three evenings, not for seven.",
        dissent="A few people would rather have a Sunday bus than a late one.",
    ),
    Lesson(
        "Money advice nearer home",
        "need",
        "Those who need money advice most cannot reach it, or do not know of it.",
        "changed",
        "Money advice",
        "Money advice is given each week in Lyle Harbour, Castlehill and the foodshare, and by "
        "phone, as well as in Kirkton.",
        "The bus fare to Kirkton is more than many have. Advisers can work in rooms that we have "
        "already, so it costs little.",
    ),
    Lesson(
        "Places for young people",
        "view",
        "Two evenings are welcome, but young carers cannot come in the evening.",
        "changed",
        "Young people",
        "Each town has a place for young people on two evenings a week, and for young carers on "
        "Saturday afternoons.",
        "The young carers told us when they are free. Volunteers will sit with those they care "
        "for.",
        section="young carers",
    ),
    Lesson(
        "Warm homes first",
        "view",
        "People want the coldest homes first, and to know when it is their turn.",
        "confirmed",
        "Warm homes",
        reason="This is what the draft says. We will write to each tenant with the season.",
    ),
    Lesson(
        "Clinics in the villages",
        "view",
        "People like the clinic in the villages, and fear that it ends with the trial.",
        "confirmed",
        "Health close to home",
        reason="The four villages stay in the plan. The trial is paid for three years.",
    ),
    Lesson(
        "More ferries",
        "need",
        "Two sailings a day make a short appointment on the mainland take a whole day.",
        "not_taken_up",
        "Getting about",
        reason="The national agency sets the timetable, and its contract runs until 2028. We "
        "sent it what you said and will publish its answer.",
        section="people on the islands",
    ),
    Lesson(
        "A person to speak to",
        "view",
        "Groups want one named person to speak to, and an answer within a month.",
    ),
)
#: What groups say that no theme of the residents holds.
NAMED_PERSON = "a named person to speak to"
#: What the fund showed beside its result; its contributors are not told yet.
FROM_THE_FUND = Lesson(
    "Evening buses",
    "opportunity",
    "People would use a late minibus on Fridays and Saturdays, and volunteers would help.",
    "confirmed",
    "Getting about",
    reason="The vote shows the same wish as the answers to the plan did.",
)
FUND_IDEA = "Evening bus home, Fridays and Saturdays"
