"""What stands beside projects of the demo: where, what about, easier words, Gaelic, a drawing."""

from collections.abc import Callable
from dataclasses import dataclass

from engage.demo.rules.drawing import (
    draw_benches,
    draw_bowl,
    draw_fridge,
    draw_orchard,
    draw_stories,
)

GREEN, YOUNG, ABOUT, FOOD = "Green places", "Young people", "Getting about", "Health and food"
THEMES = (GREEN, YOUNG, ABOUT, FOOD)


@dataclass(frozen=True)
class Beside:
    """``place`` '' is the whole area. Easy read and Gaelic are pairs of title and summary."""

    theme: str
    place: str = ""
    near: str = ""
    easy: tuple[str, str] = ("", "")
    gaelic: tuple[str, str] = ("", "")
    draw: Callable[[], bytes] | None = None
    alt: str = ""


#: By the title of the project.
BESIDE = {
    "Skate bowl repairs": Beside(
        YOUNG,
        "Lyle Harbour",
        "the sports field",
        (
            "Mend the skate bowl",
            "We mend the skate bowl.\nWe put up lights.\nThen it is safe after school in winter.",
        ),
        draw=draw_bowl,
        alt="A drawing of a concrete skate bowl with a lamp beside it",
    ),
    "Quiet room for young carers": Beside(
        YOUNG,
        "Lyle Harbour",
        "the harbour hall",
        (
            "A quiet room for young carers",
            "Some young people look after somebody at home.\nThey need a quiet room.\n"
            "They can do homework there.\nThere are snacks.",
        ),
    ),
    "Benches on the hill": Beside(
        ABOUT,
        "Ardle and Castlehill",
        "the bus stop",
        ("Six benches", "We put six benches on the hill.\nYou can sit down and rest."),
        draw=draw_benches,
        alt="A drawing of two benches beside a path that goes up a green hill",
    ),
    "Ferry waiting room door": Beside(ABOUT, "The Islands", "the pier"),
    "Community fridge": Beside(
        FOOD,
        "Ardle and Castlehill",
        "",
        (
            "Free food for everybody",
            "We have a big fridge.\nShops give us food that they do not need.\n"
            "Anybody can take some.\nIt is free.",
        ),
        draw=draw_fridge,
        alt="A drawing of an open fridge with bread, milk and apples on its shelves",
    ),
    "Orchard in Westerfield Park": Beside(
        GREEN,
        "Westerfield",
        "Westerfield Park",
        ("Fruit trees in the park", "We plant 30 fruit trees.\nYou can learn how to cut them."),
        (
            "Ubhal-ghort ann am Pàirc Westerfield",
            "Trithead craobh ubhail is pluma, agus latha airson ionnsachadh mar a bhearrar iad.",
        ),
        draw_orchard,
        "A drawing of three apple trees in a row on grass",
    ),
    "Defibrillators in the glen": Beside(FOOD, "Upper Glenlyle"),
    "Gaelic story hour": Beside(
        YOUNG,
        easy=(
            "Stories in Gaelic",
            "Stories and songs for small children.\nThey are in Gaelic.\nThey are in 3 libraries.",
        ),
        gaelic=(
            "Uair sgeulachd Ghàidhlig",
            "Sgeulachdan is òrain do chloinn fo chòig bliadhna ann an trì leabharlannan.",
        ),
        draw=draw_stories,
        alt="A drawing of an open book with a sun and a sea on its pages",
    ),
}
