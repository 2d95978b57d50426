"""Who can sign in to the made-up region: one made-up person for each role."""

from nearhome.people.models import Organisation, Person

PASSWORD = "made-up-region-2026"  # noqa: S105 printed on the screen; made-up people have no secrets
MILLION = 100_000_000  # pence
OWN_SERVICE = "provider"

# (first name, surname, roles, limit on whole-life value in pence)
AUTHORITY_CAST = (
    ("olive", "Madeup-Officer", ("placement_officer",), None),
    ("april", "Madeup-Approver", ("approver",), MILLION),
    ("desmond", "Madeup-Director", ("approver",), 10 * MILLION),
    ("colin", "Madeup-Commissioner", ("commissioner",), None),
    ("fiona", "Madeup-Finance", ("finance_officer",), None),
    ("frank", "Madeup-Finance", ("finance_officer",), None),
    ("anna", "Madeup-Analyst", ("analyst",), None),
    ("adam", "Madeup-Administrator", ("administrator",), None),
    ("felicity", "Madeup-Fostering", (OWN_SERVICE,), None),
)
# Of Kent alone, without a limit: takes the decisions of millions.
CABINET_MEMBER = "carla"
# Who is named on the screen: everybody of Kent's; who decides, pays and leads a purchase at its partners.
SHOWN = {
    "Kent": (*(first for first, *_ in AUTHORITY_CAST), CABINET_MEMBER),
    "Portsmouth": ("olive", "fiona", "anna"),
    "West Sussex": ("olive", "colin"),
}
# Printed under the list: what a person would not find by themselves.
WHERE_TO_LOOK = (
    "The analyst finds the picture of need, the forecast, the requirement and the comparison of prices under Need."
    " The commissioner finds the agreement, votes and decisions under Partnership; the cabinet member has one to take."
    " A finance officer finds months, disputes, invoices, payments and the rules of shared beds under Money, the year under"
    " Budgets; Kent’s second one, frank, has a payment run to send. Portsmouth’s has an answer to reply to."
    " Two decisions of Kent run from options to contract under Buying: Kent’s commissioner leads one, West Sussex’s the other."
)
ROLE_WORDS: dict[tuple[str, ...], str] = {
    ("placement_officer",): "Placement officer",
    ("approver",): "Approver",
    ("commissioner",): "Commissioner",
    ("finance_officer",): "Finance officer",
    ("analyst",): "Analyst",
    ("administrator",): "Administrator",
    ("provider",): "Provider",
}


def domain_of(organisation: Organisation) -> str:
    """An address that can reach nobody."""
    return organisation.name.lower().replace(" ", "-").replace("&", "and") + ".example"


def who_can_sign_in(authorities: dict[str, tuple[str, ...]], provider: Organisation) -> list[tuple[str, str, str]]:
    """(role, e-mail address, organisation), one line a person: these first names of each authority, by its name, then
    the provider's manager."""
    wanted = [f"{first}@{name}" for name, firsts in _domains(authorities).items() for first in firsts]
    wanted.append(f"manager@{domain_of(provider)}")
    people = {row.email: row for row in Person.objects.filter(email__in=wanted).select_related("organisation")}
    return [(_role(people[email]), email, people[email].organisation.name) for email in wanted if email in people]


def _domains(authorities: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    rows = Organisation.objects.filter(kind="authority", name__in=authorities)
    return {
        domain_of(row): authorities[row.name] for row in sorted(rows, key=lambda row: [*authorities].index(row.name))
    }


def _role(person: Person) -> str:
    if person.roles == ["approver"] and person.approval_limit_pence is None:
        return "Cabinet member (approver)"
    if person.approval_limit_pence and person.approval_limit_pence > MILLION:
        return "Director (approver)"
    if person.has_role(OWN_SERVICE) and person.organisation.kind == "authority":
        return "Own fostering team"
    return ROLE_WORDS.get(tuple(person.roles), ", ".join(person.roles))
