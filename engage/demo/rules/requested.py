"""Participation requests in Strathlyle: one that changed a service, and others on their way."""

from dataclasses import dataclass, field

from engage.requests.rules.requests import GROUNDS, OutcomeReport


@dataclass(frozen=True)
class Asked:
    """One request: who asks whom, and what it says. ``others`` should take part too."""

    group: str
    authority: str
    title: str
    maker: str
    outcome: str
    reasons: str
    knowledge: str = ""
    improvement: str = ""
    others: tuple[str, ...] = ()
    weighed: tuple[str, ...] = field(default=())

    @property
    def weighing(self) -> dict[str, str]:
        """What agreeing would likely bring; the rest has no bearing."""
        return {g: "likely" if g in self.weighed else "no_bearing" for g in GROUNDS}


REPAIRS = Asked(
    group="Castlehill Tenants and Residents",
    authority="Strathlyle Council",
    title="Damp homes in Castlehill",
    maker="controlled",
    outcome="Families in Castlehill live in dry homes. It depends on the housing repairs service.",
    reasons="We live there. We know which blocks are damp, and what repairs were tried before.",
    knowledge="Two of us are joiners. We keep a list of damp flats, block by block, since 2022.",
    improvement="Repairs would start with the cause and not with the paint, block by block.",
    others=("NHS Lyle",),
    weighed=("health", "social", "inequality", "taking_part", "services"),
)
REPAIRS_AGREED = (
    "The group knows the homes better than our records do. People who pay the most for damp would "
    "shape how repairs are done, and their health depends on it."
)
REPAIRS_RUN = (
    "Five evening meetings in the Castlehill hall, then a plan for each of the six blocks."
)
REPAIRS_PART = "Three seats of seven, and the list of damp flats is where we start."
REPAIRS_OTHERS = "The housing service, and a health visitor of NHS Lyle."
REPAIRS_COMMENT = "Please meet at half past six, and pay for a childminder."
REPAIRS_NOTICE = f"{REPAIRS_RUN} Meetings start at 6:30pm. A childminder is paid for."
REPAIRS_STEPS = (
    (40, "stage", "First meeting: the six blocks put in order, the worst first.", ""),
    (75, "change", "A sixth meeting, with the gas engineer.", "The group asked for it itself."),
    (110, "stage", "Plans agreed for all six blocks.", ""),
)
REPAIRS_TOLD = OutcomeReport(
    summary="Each block has a repair plan that starts with the cause of the damp.",
    improved="partly",
    improvement="Two of six blocks are dry. The other four are in the programme for next year.",
    influence="The group set the order of the blocks, and proposed to look at vents first.",
    informing="A letter to every flat each quarter, and a yearly walk round with the group.",
    service_changed=True,
)
REPAIRS_VIEW = (
    "We were listened to, in the end. The first two meetings were slow. We will watch that the "
    "other four blocks are not forgotten."
)

POLICE_CARS = Asked(
    group="Lyle Bus Users",
    authority="Police Scotland",
    title="Cars parked at bus stops",
    maker="controlled",
    outcome="Buses reach the kerb, so that people with prams and wheelchairs get on.",
    reasons="We travel every day and see which stops are blocked.",
    knowledge="We counted blocked stops for six weeks.",
    improvement="Wardens would go where the buses are stopped most.",
    weighed=("social", "inequality"),
)
POLICE_REFUSED = (
    "Parking at bus stops in Strathlyle is enforced by the council and not by the police, so this "
    "process is not ours to open. We have passed your counts on, and the council asks you to meet."
)

KIRKTON = Asked(
    group="Kirkton Community Council",
    authority="Strathlyle Council",
    title="Safer way to Kirkton School",
    maker="community_council",
    outcome="Children walk to Kirkton School without danger.",
    reasons="Parents tell us where they are afraid to let their children cross.",
    knowledge="A survey of 140 families, and our own photographs of Mill Road.",
    improvement="The crossing would stand where children walk, and not where it is cheapest.",
    others=("Police Scotland",),
)
ISLANDS = Asked(
    group="Islands Ferry Users",
    authority="NHS Lyle",
    title="Clinic times that fit the ferry",
    maker="group",
    outcome="Islanders see a doctor on the mainland and are home the same day.",
    reasons="Half of us have missed a clinic because of the last ferry.",
)
HARBOUR = Asked(
    group="Lyle Harbour Community Council",
    authority="Strathlyle Council",
    title="Flooding at Shore Street",
    maker="community_council",
    outcome="Homes on Shore Street stay dry in a spring tide.",
    reasons="We are the ones with the sandbags.",
)
MORE = (
    "Tell us what your group knows about this, and how clinics would get better if you took part."
)
PROMOTED = (
    "A page on this site, a leaflet in libraries and surgeries, and a talk to the community "
    "councils’ forum in May."
)
SUPPORTED = "A development worker of Strathlyle Voluntary Action helped two groups to write theirs."
