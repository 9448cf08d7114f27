"""The funds of Strathlyle: what people propose, and how they vote."""

from dataclasses import dataclass
from random import Random

from engage.demo.rules.worded import THEMES


@dataclass(frozen=True)
class Idea:
    """A project as somebody proposes it. ``pounds`` is what they ask for; ``liking`` how much
    people like it beside the others. ``reason`` is given where the checks leave it out, over the
    criterion with the number ``not_met``. ``part`` is the number of the part of the fund."""

    title: str
    summary: str
    pounds: int
    liking: int = 10
    reason: str = ""
    not_met: int = 1
    group: str = ""
    part: int | None = None


@dataclass(frozen=True)
class Part:
    """A part of a fund: its money, and the locality it is for, or else a theme by its name."""

    name: str
    pounds: int
    locality: str = ""


@dataclass(frozen=True)
class Fund:
    """A round: its words and its limits. Money is whole pounds here."""

    title: str
    purpose: str
    fixed: str
    pot: int
    least: int
    most: int
    choices: int
    age: int
    who: str
    ideas: tuple[Idea, ...]
    locality: str = ""
    ballot: str = "approval"
    takes_paper: bool = False
    question: str = ""
    themes: tuple[str, ...] = ()
    leftover: str = "keep"
    ways: str = "email,codes"
    connection: str = "live"
    is_discussed: bool = False
    parts: tuple[Part, ...] = ()


WARM = Fund(
    "Warm Winter Fund",
    "£40,000 for projects that bring people together in warm places this winter.",
    "The size of the fund, and that the money is spent by the end of March.",
    40_000,
    500,
    12_000,
    3,
    12,
    "Everybody aged 12 or over who lives in Strathlyle",
    (
        Idea(
            "Soup and a seat in Castlehill",
            "The Warm Hub opens on three more days a week, with soup and somebody to talk to.",
            9_800,
            34,
            group="Castlehill Warm Hub",
        ),
        Idea(
            "Evening bus home, Fridays and Saturdays",
            "A minibus from the harbour to the estates at 9pm and 11pm, with a volunteer aboard.",
            11_500,
            40,
        ),
        Idea(
            "Island library van, every week",
            "The van sails every week and not once a month, with a heater and a kettle.",
            7_200,
            16,
        ),
        Idea(
            "Music room in the old net store",
            "Guitars, drums and a warm room for young people on two evenings.",
            8_400,
            22,
            group="Strathlyle Youth Forum",
        ),
        Idea(
            "Young carers' Saturday club",
            "Lunch, games and a rest on Saturdays, with somebody at home meanwhile.",
            6_300,
            33,
            group="Strathlyle Young Carers",
        ),
        Idea(
            "Blankets and draught kits",
            "300 kits to stop draughts, fitted by neighbours who have learned how.",
            4_500,
            28,
        ),
        Idea(
            "Walking football indoors",
            "The sports hall on Tuesday mornings until Easter.",
            2_100,
            14,
        ),
        Idea(
            "Pavement outside the bank",
            "Mend the pavement that floods outside the old bank.",
            9_000,
            reason="The council must mend pavements anyway, so the fund cannot pay for it. We "
            "passed it on to the roads team, who will do it by the spring.",
        ),
        Idea(
            "Heaters for my shop",
            "New heaters for the shop on the front.",
            3_000,
            reason="The fund is for everybody's use. A single business cannot get it.",
        ),
    ),
)
DECIDES = Fund(
    "Strathlyle Decides",
    "£60,000 for small projects that make a neighbourhood better. You choose which.",
    "The size of the fund. Projects must be on land that the owner lets us use.",
    60_000,
    1_000,
    15_000,
    4,
    11,
    "Everybody aged 11 or over who lives in Strathlyle",
    (
        Idea(
            "Skate bowl repairs",
            "Mend the bowl and put lights up, so that it is safe after school in winter.",
            14_000,
            30,
            group="Harbour Skate and Scoot",
        ),
        Idea(
            "Quiet room for young carers",
            "A room in the harbour hall to do homework in peace, with snacks.",
            6_500,
            36,
        ),
        Idea(
            "Benches on the hill",
            "Six benches between the bus stop and Castlehill flats, for people who need a rest.",
            4_800,
            26,
            group="Castlehill Tenants and Residents",
        ),
        Idea(
            "Ferry waiting room door",
            "A door that opens by itself and a ramp without a lip.",
            9_200,
            18,
            group="Islands Ferry Users",
        ),
        Idea(
            "Community fridge",
            "Food that shops would throw away, free for everybody, in the foodshare.",
            5_600,
            31,
            group="Lyle Foodshare",
        ),
        Idea(
            "Orchard in Westerfield Park",
            "Thirty apple and plum trees, and a day to learn how to prune them.",
            3_900,
            20,
            group="Friends of Westerfield Park",
        ),
        Idea(
            "Defibrillators in the glen",
            "Four, outside, and a day to learn how to use them.",
            7_600,
            25,
            group="Glenlyle Farm and Croft Network",
        ),
        Idea(
            "Gaelic story hour",
            "Stories and songs for under-fives in three libraries for a year.",
            2_700,
            12,
            group="Comunn na Gàidhlig Srath Lìobhail",
        ),
        Idea(
            "A statue of the founder",
            "A bronze statue for the square.",
            15_000,
            reason="A bronze statue costs far more than the largest award, and no plan was made "
            "for its care. Come back to us: a smaller sign could be paid for.",
            not_met=4,
        ),
    ),
    takes_paper=True,
    themes=THEMES,
    ways="email,account,codes,assisted",
    is_discussed=True,
)

HARBOUR_IDEAS = Fund(
    "Lyle Harbour Ideas",
    "£25,000 for Lyle Harbour. Tell us what you would do with it, then vote after our checks.",
    "The size of the fund, and that the money is spent in Lyle Harbour.",
    25_000,
    500,
    8_000,
    3,
    8,
    "Everybody aged 8 or over who lives, works or volunteers in Lyle Harbour",
    (
        Idea("Fairy lights along the front", "Lights from October to March, on timers.", 3_200),
        Idea(
            "Bike fixing on Fridays",
            "Tools, a stand and somebody who knows how, outside the hall.",
            1_900,
        ),
        Idea(
            "Garden at the surgery",
            "Raised beds that people who wait can look after.",
            2_400,
            group="Lyle Harbour Community Council",
        ),
        Idea("Swimming lessons", "Free lessons for 60 children who cannot swim yet.", 5_500),
    ),
    "Lyle Harbour",
    ballot="boost",
    question="Who looks after it when it is there?",
    leftover="smaller_award",
    ways="codes,list,desk,assisted",
    connection="live,work,volunteer",
)


SHORES = Fund(
    "Two Shores Fund",
    "£30,000 in two parts: one for the islands, one for what young people want to do.",
    "The size of each part, and that the money is spent within a year.",
    30_000,
    500,
    9_000,
    2,
    8,
    "Everybody aged 8 or over who lives in Strathlyle",
    (
        Idea("Ferry shelter", "Walls, a roof and a bench where people wait.", 8_500, part=1),
        Idea("Island repair shed", "Tools to borrow, and a warm place to mend.", 6_800, part=1),
        Idea("Seaweed week", "Walks, cooking and a small festival in May.", 4_200, part=1),
        Idea(
            "Band room", "Drums, two amplifiers and somebody who looks after them.", 5_400, part=2
        ),
        Idea("Night football", "Lights and a coach on Fridays from 8pm.", 4_900, part=2),
        Idea("Boat for beginners", "A safe boat and lessons for forty people.", 3_700, part=2),
    ),
    parts=(
        Part("The Islands", 18_000, "The Islands"),
        Part("Young people’s projects", 12_000),
    ),
)


def make_choices(draw: Random, likings: dict[int, int], most: int) -> list[int]:
    """Return the projects that one voter chooses, by how much people like each."""
    number = draw.choices(range(1, most + 1), [1 + 2 * n for n in range(most)])[0]
    left, chosen = dict(likings), []
    for _ in range(number):
        picked = draw.choices(list(left), list(left.values()))[0]
        chosen.append(picked)
        del left[picked]
    return sorted(chosen)


#: How the invented partnership holds its funds against the PB Charter, before the vote.
CHARTER = {
    "fair": (
        "partly",
        "Voting from 11 years on, by phone, on paper and at the library. No signers yet.",
    ),
    "participatory": ("yes", "Four residents and two groups wrote the rules with us."),
    "deliberative": (
        "partly",
        "One evening in the harbour hall to meet the groups, with a crèche.",
    ),
    "empowering": ("yes", "The council agreed before the vote to pay for what wins."),
    "creative": ("yes", "Rules of one page; a drop-in instead of a form for who prefers to talk."),
    "transparent": ("yes", "Rules, reasons, the count and the votes are published here."),
    "democratic": ("partly", "Two councillors help at the hall. The area plan is not linked yet."),
}
