"""The people of the demo, who sign in with one documented password."""

from dataclasses import dataclass

from engage.permissions import Role

#: No secret: the demo prints it, and README names it.
PASSWORD = "harbour lantern thistle"  # noqa: S105


@dataclass(frozen=True)
class Person:
    """Somebody who signs in. ``speaks_for`` names the group that they are the secretary of."""

    name: str
    role: Role
    what: str
    speaks_for: str = ""

    @property
    def email(self) -> str:
        """Their address; example.org belongs to nobody."""
        return f"{self.name.lower()}@example.org"


PEOPLE = (
    Person("Ada", Role.ADMINISTRATOR, "administrator: people and roles"),
    Person("Carys", Role.OFFICER, "engagement officer: your desk"),
    Person("Anil", Role.ANALYST, "analyst: who takes part, and who is missing"),
    Person("Audrey", Role.AUDITOR, "auditor: reads everything, changes nothing"),
    Person(
        "Bryn",
        Role.REPRESENTATIVE,
        "secretary of Lyle Harbour Community Council",
        "Lyle Harbour Community Council",
    ),
    Person("Mairi", Role.REPRESENTATIVE, "Kirkton Community Council", "Kirkton Community Council"),
    Person(
        "Tomasz",
        Role.REPRESENTATIVE,
        "Castlehill Tenants and Residents",
        "Castlehill Tenants and Residents",
    ),
    Person(
        "Farida",
        Role.REPRESENTATIVE,
        "Strathlyle Disability Forum",
        "Strathlyle Disability Forum",
    ),
    Person("Iona", Role.REPRESENTATIVE, "Islands Ferry Users", "Islands Ferry Users"),
)
