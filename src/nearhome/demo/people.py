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


def who_can_sign_in(showing: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """(role, e-mail address, organisation) of the people of these organisations, one line a role."""
    people = Person.objects.filter(organisation__name__in=showing).select_related("organisation").order_by("pk")
    seen: dict[tuple[str, str], tuple[str, str, str]] = {}
    for person in people:
        words = ROLE_WORDS.get(tuple(person.roles), ", ".join(person.roles))
        if person.approval_limit_pence and person.approval_limit_pence > MILLION:
            words = "Director (approver)"
        if words == "Provider" and person.organisation.kind == "authority":
            words = "Own fostering team"
        seen.setdefault((words, person.organisation.name), (words, person.email, person.organisation.name))
    return sorted(seen.values(), key=lambda line: (showing.index(line[2]), line[0]))
