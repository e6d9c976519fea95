"""Made-up pupils with valid UPNs. Names are drawn from common ones, so that nobody real is meant."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from cme.attendance.lines import academic_year
from cme.identity.upn import check_letter

_FORENAMES = (
    "Aaliyah",
    "Adam",
    "Aisha",
    "Alfie",
    "Amelia",
    "Amir",
    "Anna",
    "Archie",
    "Ava",
    "Ben",
    "Bella",
    "Caleb",
    "Chloe",
    "Connor",
    "Daisy",
    "Daniel",
    "Dylan",
    "Eden",
    "Elijah",
    "Ella",
    "Emily",
    "Ethan",
    "Eva",
    "Evan",
    "Faith",
    "Farah",
    "Finn",
    "Freya",
    "George",
    "Grace",
    "Hannah",
    "Harry",
    "Hassan",
    "Holly",
    "Ibrahim",
    "Imogen",
    "Isaac",
    "Isla",
    "Jack",
    "Jasmine",
    "Joseph",
    "Kai",
    "Kofi",
    "Layla",
    "Leo",
    "Lily",
    "Lucas",
    "Maya",
    "Mia",
    "Mohammed",
    "Nadia",
    "Noah",
    "Nour",
    "Oliver",
    "Omar",
    "Orla",
    "Phoebe",
    "Poppy",
    "Priya",
    "Reuben",
    "Riley",
    "Rosie",
    "Ruby",
    "Samuel",
    "Sana",
    "Seren",
    "Sofia",
    "Stefan",
    "Tamsin",
    "Theo",
    "Tia",
    "Toby",
    "Uma",
    "Victor",
    "Willow",
    "Yusuf",
    "Zach",
    "Zara",
    "Zofia",
    "Chidi",
    "Ngozi",
    "Anaïs",
    "Zoë",
    "Oisín",
    "Łucja",
)

_SURNAMES = (
    "Abbott",
    "Ahmed",
    "Akhtar",
    "Allen",
    "Baker",
    "Bailey",
    "Begum",
    "Bell",
    "Bennett",
    "Brown",
    "Butler",
    "Campbell",
    "Carter",
    "Chapman",
    "Chaudhry",
    "Clarke",
    "Cole",
    "Collins",
    "Cooper",
    "Cox",
    "Davies",
    "Dixon",
    "Edwards",
    "Ellis",
    "Evans",
    "Fisher",
    "Foster",
    "Fox",
    "Gibson",
    "Graham",
    "Grant",
    "Green",
    "Hall",
    "Harris",
    "Hill",
    "Holmes",
    "Hughes",
    "Hussain",
    "Hunt",
    "Ibrahim",
    "Jackson",
    "James",
    "Johnson",
    "Jones",
    "Kaur",
    "Kelly",
    "Khan",
    "King",
    "Knight",
    "Kowalska",
    "Lee",
    "Lewis",
    "Malik",
    "Marshall",
    "Martin",
    "Mason",
    "Miller",
    "Mills",
    "Moore",
    "Morgan",
    "Morris",
    "Murphy",
    "Nguyen",
    "Nowak",
    "Okafor",
    "Owen",
    "Palmer",
    "Parker",
    "Patel",
    "Phillips",
    "Powell",
    "Price",
    "Reid",
    "Richards",
    "Roberts",
    "Robinson",
    "Rogers",
    "Russell",
    "Scott",
    "Shah",
    "Shaw",
    "Simpson",
    "Singh",
    "Smith",
    "Stevens",
    "Stone",
    "Taylor",
    "Thomas",
    "Thompson",
    "Turner",
    "Walker",
    "Ward",
    "Watson",
    "Webb",
    "White",
    "Williams",
    "Wilson",
    "Wood",
    "Wright",
    "Young",
    "O'Neill",
    "Page",
    "Key",
    "Fitzgerald-Montgomery",
)


@dataclass(frozen=True, slots=True)
class Child:
    """A made-up pupil of a made-up school."""

    upn: str
    admission_number: str
    surname: str
    forename: str
    born_on: date
    year_group: int
    class_name: str


def make_upn(laestab: str, year: int, serial: int) -> str:
    """A permanent UPN with a right check letter: issuing school, two-digit year of issue, serial to 999."""
    body = f"{laestab}{year % 100:02d}{serial:03d}"
    return check_letter(body) + body


def make_children(laestab: str, count: int, years: range, on: date) -> list[Child]:
    """Pupils for a school, spread over its year groups; the same ones for the same arguments."""
    chance = Random(f"{laestab}:{count}")  # noqa: S311 - invents people, guards nothing
    start = academic_year(on)
    children = []
    for serial in range(1, count + 1):
        year_group = years[serial % len(years)]
        born_on = date(start - 5 - year_group, 9, 1) + timedelta(days=chance.randrange(365))
        children.append(
            Child(
                upn=make_upn(laestab, start - year_group, serial),
                admission_number=f"{serial:06d}",
                surname=chance.choice(_SURNAMES),
                forename=chance.choice(_FORENAMES),
                born_on=born_on,
                year_group=year_group,
                class_name=f"{year_group}{'ABC'[serial // len(years) % 3]}",
            )
        )
    return children
