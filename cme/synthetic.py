"""Made-up names and UPNs, for samples and the demonstration. Common names, so that nobody real is meant."""

from cme.identity.upn import check_letter

FORENAMES = (
    "Aaliyah", "Adam", "Aisha", "Alfie", "Amelia", "Amir", "Anna", "Archie", "Ava", "Ben", "Bella",
    "Caleb", "Chloe", "Connor", "Daisy", "Daniel", "Dylan", "Eden", "Elijah", "Ella", "Emily", "Ethan",
    "Eva", "Evan", "Faith", "Farah", "Finn", "Freya", "George", "Grace", "Hannah", "Harry", "Hassan",
    "Holly", "Ibrahim", "Imogen", "Isaac", "Isla", "Jack", "Jasmine", "Joseph", "Kai", "Kofi", "Layla",
    "Leo", "Lily", "Lucas", "Maya", "Mia", "Mohammed", "Nadia", "Noah", "Nour", "Oliver", "Omar", "Orla",
    "Phoebe", "Poppy", "Priya", "Reuben", "Riley", "Rosie", "Ruby", "Samuel", "Sana", "Seren", "Sofia",
    "Stefan", "Tamsin", "Theo", "Tia", "Toby", "Uma", "Victor", "Willow", "Yusuf", "Zach", "Zara",
    "Zofia", "Chidi", "Ngozi", "Anaïs", "Zoë", "Oisín", "Łucja",
)  # fmt: skip

SURNAMES = (
    "Abbott", "Ahmed", "Akhtar", "Allen", "Baker", "Bailey", "Begum", "Bell", "Bennett", "Brown",
    "Butler", "Campbell", "Carter", "Chapman", "Chaudhry", "Clarke", "Cole", "Collins", "Cooper", "Cox",
    "Davies", "Dixon", "Edwards", "Ellis", "Evans", "Fisher", "Foster", "Fox", "Gibson", "Graham",
    "Grant", "Green", "Hall", "Harris", "Hill", "Holmes", "Hughes", "Hussain", "Hunt", "Ibrahim",
    "Jackson", "James", "Johnson", "Jones", "Kaur", "Kelly", "Khan", "King", "Knight", "Kowalska", "Lee",
    "Lewis", "Malik", "Marshall", "Martin", "Mason", "Miller", "Mills", "Moore", "Morgan", "Morris",
    "Murphy", "Nguyen", "Nowak", "Okafor", "Owen", "Palmer", "Parker", "Patel", "Phillips", "Powell",
    "Price", "Reid", "Richards", "Roberts", "Robinson", "Rogers", "Russell", "Scott", "Shah", "Shaw",
    "Simpson", "Singh", "Smith", "Stevens", "Stone", "Taylor", "Thomas", "Thompson", "Turner", "Walker",
    "Ward", "Watson", "Webb", "White", "Williams", "Wilson", "Wood", "Wright", "Young", "O'Neill",
    "Page", "Key", "Fitzgerald-Montgomery",
)  # fmt: skip


def make_upn(laestab: str, year: int, serial: int) -> str:
    """A permanent UPN with a right check letter: issuing school, two-digit year of issue, serial to 999."""
    body = f"{laestab}{year % 100:02d}{serial:03d}"
    return check_letter(body) + body
