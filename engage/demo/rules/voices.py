"""What people in Strathlyle say: themes, each in several people's words."""

from dataclasses import dataclass
from random import Random

from engage.demo.rules.area import Area, Zone


@dataclass(frozen=True)
class Theme:
    """Something that many people say. ``paragraph`` is where in the plan (“2.1”) they say it."""

    name: str
    weight: int
    paragraph: str
    sayings: tuple[str, ...]


THEMES = (
    Theme(
        "Evening buses",
        30,
        "2.1",
        (
            "The last bus goes before my shift ends. I walk four miles or pay for a taxi.",
            "Hourly until 7pm is no use to anybody who works in a shop or a kitchen.",
            "My son cannot stay for football because there is no bus home.",
            "Please run the 12 until at least 10:30pm.",
            "We do not go out in winter. There is no way back after seven.",
        ),
    ),
    Theme(
        "Money advice nearer home",
        22,
        "3.2",
        (
            "Kirkton is £6.40 by bus. If you need money advice you do not have that.",
            "Put somebody in the foodshare one morning a week, people are there anyway.",
            "I did not know there was money advice until a neighbour told me.",
            "People are ashamed to walk into a council office. Come to where we are.",
        ),
    ),
    Theme(
        "Warm homes first",
        20,
        "3.1",
        (
            "The coldest homes first is right. Ours has had mould for three winters.",
            "Keep this one. Do not let it slip like the last plan.",
            "Good. But tell tenants when, so that we can plan.",
        ),
    ),
    Theme(
        "Places for young people",
        14,
        "4.2",
        (
            "Two evenings is better than none. Ask us what goes on there.",
            "Somewhere warm with wifi where nobody tells us to move on.",
            "Young carers need it in the daytime at weekends, not only evenings.",
        ),
    ),
    Theme(
        "More ferries",
        9,
        "2.2",
        (
            "Two sailings a day means a whole day for a ten-minute appointment.",
            "If the ferry is off, the island has no carers. It is not a tourist matter.",
            "A third sailing at midday would change everything for us.",
        ),
    ),
    Theme(
        "Clinics in the villages",
        12,
        "5.2",
        (
            "The blood-test clinic in the village is a very good idea.",
            "Four villages is a start. Please keep it when the trial ends.",
        ),
    ),
)
#: What people in Lyle Harbour say of their own locality plan.
HARBOUR_THEMES = (
    Theme(
        "Light on the path",
        30,
        "2.1",
        (
            "I will not walk the path after four in winter. Light it, and the steps too.",
            "The path is the only way to the bus without the main road.",
            "Lights yes, but low ones: the flats look straight on to it.",
        ),
    ),
    Theme(
        "Empty shops",
        20,
        "2.2",
        (
            "A year without rent is good. Let young people try a stall first.",
            "Mend the roofs before you let the shops.",
            "We need a place for food that is not a chip shop.",
        ),
    ),
    Theme(
        "An early nursery",
        18,
        "3.1",
        (
            "My shift starts at 7. Half past seven is still too late for me.",
            "Yes please. I gave up a job for want of this.",
        ),
    ),
    Theme(
        "A room for young carers",
        16,
        "3.2",
        (
            "Thursdays is when my mum has the clinic. Could it be Tuesdays?",
            "A room of our own is the best thing in the plan.",
        ),
    ),
    Theme(
        "Getting to the hospital",
        16,
        "4.2",
        (
            "Free travel is no use if the bus does not wait for the clinic to end.",
            "Two buses each way with a small child. Please try this.",
        ),
    ),
)
GROUP_SAYINGS = (
    "Our members met twice to talk about the draft, and this is what most of them said.",
    "We asked 40 people at our stall. Getting home in the evening came up more than anything.",
    "We agree with the aims. We want to be in the room when it is decided how.",
    "We would like a named person to speak to, and an answer within a month.",
)
#: How likely each answer to a question of agreement is.
AGREEMENT = {
    "strongly_agree": 18,
    "agree": 40,
    "neither": 14,
    "disagree": 16,
    "strongly_disagree": 6,
    "dont_know": 6,
}
#: How likely somebody takes part in each fifth of areas, beside the others: the poorest least.
TAKES_PART = {1: 0.55, 2: 0.8, 3: 1.0, 4: 1.2, 5: 1.35}
FIRST_NAMES = (
    *("Agnes", "Ahmed", "Ailsa", "Andrew", "Angus", "Beth", "Callum", "Catriona", "Chidi"),
    *("Dorothy", "Duncan", "Eilidh", "Elena", "Fraser", "Grace", "Hamish", "Ishbel", "Jean"),
    *("Kirsty", "Lewis", "Magda", "Moira", "Neil", "Olga", "Priya", "Ravi", "Rona", "Sandy"),
)


@dataclass(frozen=True)
class Voice:
    """One person's answer. ``postcode`` '' was not given; ``comments`` are by paragraph label;
    ``themes`` are those that the text or a comment speaks of."""

    postcode: str
    agreement: tuple[str, str]
    text: str
    comments: tuple[tuple[str, str], ...]
    themes: tuple[str, ...]
    name: str
    publish: str
    channel: str


def pick_zone(draw: Random, area: Area, zones: list[Zone]) -> Zone:
    """Return the zone of somebody who takes part: by its people, and less where it is poorer."""
    weights = [zone.people * TAKES_PART[area.fifth(zone)] for zone in zones]
    return draw.choices(zones, weights)[0]


def make_voices(
    seed: int,
    area: Area,
    zones: list[Zone],
    number: int,
    part: str,
    spoken: tuple[Theme, ...] = THEMES,
) -> list[Voice]:
    """Return ``number`` answers of residents; the same seed and part, the same answers.

    ``spoken`` are the themes of the plan that they answer on.
    """
    draw = Random(f"{part} {seed}")  # noqa: S311
    return [_voice(draw, area, zones, spoken) for _ in range(number)]


def _voice(draw: Random, area: Area, zones: list[Zone], spoken: tuple[Theme, ...]) -> Voice:
    zone = pick_zone(draw, area, zones)
    said = draw.choices(spoken, [t.weight for t in spoken], k=draw.choice((1, 1, 1, 2, 2, 3)))
    themes = tuple(dict.fromkeys(said))
    comments = tuple((t.paragraph, draw.choice(t.sayings)) for t in themes if draw.random() < 0.35)
    text = " ".join(draw.choice(t.sayings) for t in themes) if draw.random() < 0.8 else ""
    postcode = draw.choices((draw.choice(zone.postcodes), "", "ZZ9 9ZZ"), (88, 9, 3))[0]
    publish = draw.choices(("without_name", "with_name", "no"), (70, 12, 18))[0]
    answers = draw.choices(list(AGREEMENT), list(AGREEMENT.values()), k=2)
    return Voice(
        postcode=postcode,
        agreement=(answers[0], answers[1]),
        text=text,
        comments=comments,
        themes=tuple(t.name for t in themes if text or t.paragraph in dict(comments)),
        name=draw.choice(FIRST_NAMES) if publish == "with_name" else "",
        publish=publish,
        channel=draw.choices(("online", "paper", "assisted"), (86, 10, 4))[0],
    )
