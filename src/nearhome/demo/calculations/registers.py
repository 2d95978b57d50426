"""Provider registers in the shapes Ofsted sends to authorities: one of services, one of supported accommodation settings."""

from collections.abc import Mapping, Sequence
from datetime import date

from nearhome.demo.calculations.chance import Chance, spread
from nearhome.demo.calculations.days import Year, written
from nearhome.demo.calculations.figures import Figures
from nearhome.demo.calculations.homes import Service, Setting
from nearhome.demo.calculations.profiles import Profile

PROVIDER_COLUMNS = [
    "Local authority",
    "URN",
    "Provider type",
    "Provider subtype",
    "Sector",
    "Provider name",
    "Registration date",
    "Registration status",
    "Deregistration date",
    "Placement code",
    "Provider address line 1",
    "Provider address line 2",
    "Provider town",
    "Provider county",
    "Provider postcode",
    "Provider telephone number",
    "Provider email address",
    "Owner type",
    "Owner ID",
    "Owner name",
    "Owner address line 1",
    "Owner address line 2",
    "Owner town",
    "Owner county",
    "Owner postcode",
    "top_company",
    "Region",
    "Placement provider code",
    "Date of last full inspection",
    "Overall effectiveness",
    "CYP safety",
    "Leadership and management",
    "CYP outcomes",
    "Interim inspection start date",
    "Interim inspection overall effectiveness",
    "Assurance visit start date",
    "Link to Ofsted report",
    "Number of registered places",
    "Emotional and behavioural difficulties",
    "Mental disorders",
    "Sensory impairment",
    "Present alcohol problems",
    "Present drug problems",
    "Learning difficulty",
    "Physical disabilities",
    "Multi building CH",
    "Conditions",
    "Linked school URN",
    "Linked school name",
    "Linked school type",
    "Linked school latest inspection date",
]
SUPPORTED_COLUMNS = [
    "Provider local authority",
    "Setting Local Authority",
    "URN",
    "Provider type",
    "Sector",
    "Provider name",
    "Registration date",
    "Registration status",
    "Closed date",
    "Placement code",
    "Setting status",
    "Setting status date",
    "Setting category",
    "Capacity",
    "Setting address line 1",
    "Setting address line 2",
    "Setting address line 3",
    "Setting address town",
    "Setting address county",
    "Setting address postcode",
    "Provider telephone number",
    "Provider email address",
    "Owner type",
    "Owner ID",
    "Owner name",
    "Owner address line 1",
    "Owner address line 2",
    "Owner town",
    "Owner county",
    "Owner postcode",
    "Conditions",
]

_TYPES = {
    "K2": ("Children's home", "Children's home", "K2"),
    "R3": ("Residential family centre", "Residential family centre", "R3"),
    "S1": ("Residential special school", "Residential special school", "S1"),
    "fostering": ("Local authority fostering agency", "Local authority fostering agency", "U1,U2,U3,U4,U5,U6"),
    "agency": ("Independent fostering agency", "Independent fostering agency", "U1,U2,U3,U4,U5,U6"),
    "adoption": ("Local authority adoption agency", "Local authority adoption agency", "A3,A4,A5,A6"),
}
_SECTORS = {"PR1": "Local authority", "PR4": "Private", "PR5": "Voluntary"}
_OWNERS = {"PR1": "Local authority", "PR4": "Company", "PR5": "Charity"}
_FLAGS = {
    "Emotional and behavioural difficulties": ("physical_harm_to_others", "self_harm"),
    "Mental disorders": ("therapeutic", "eating_disorder"),
    "Sensory impairment": ("communication",),
    "Present alcohol problems": ("drug_alcohol",),
    "Present drug problems": ("drug_alcohol",),
    "Learning difficulty": ("learning_disability",),
    "Physical disabilities": ("physical_adaptation",),
}
_FIRST_SUPPORTED = date(2023, 4, 28).toordinal()  # the first day supported accommodation could register


def provider_rows(
    services: Sequence[Service],
    profiles: Sequence[Profile],
    first_stays: Mapping[str, int],
    figures: Figures,
    year: Year,
    names: Mapping[str, tuple[str, str]],
    rng: Chance,
) -> list[list[str]]:
    """Rows of the services register. `names` gives an authority's name and region; a home opens before its first child."""
    listed = [service for service in services if service.kind in _TYPES]
    judgements = spread(len(listed), figures.shares["homes", "judgement"], rng)
    by_urn = {profile.setting.service.urn: profile for profile in profiles if profile.setting.kind == "K2"}
    rows = []
    for service, judgement in zip(listed, judgements, strict=True):
        cells = _provider(service, judgement, names, first_stays.get(service.urn, year.last), year, rng)
        if service.kind == "K2" and service.urn in by_urn:
            skills = set(by_urn[service.urn].skills)
            cells |= {flag: "Yes" if skills & set(meant) else "No" for flag, meant in _FLAGS.items()}
        rows.append([cells.get(column, "") for column in PROVIDER_COLUMNS])
    return rows


def _provider(
    service: Service, judgement: str, names: Mapping[str, tuple[str, str]], first: int, year: Year, rng: Chance
) -> dict[str, str]:
    kind, subtype, codes = _TYPES[service.kind]
    authority, region = names[service.authority]
    owner = authority if service.sector == "PR1" else service.owner
    inspected = written(rng.randrange(year.first - 300, year.last))
    places = "" if service.kind in ("fostering", "adoption", "agency") else str(service.places)
    return {
        "Local authority": authority,
        "URN": service.urn,
        "Provider type": kind,
        "Provider subtype": subtype,
        "Sector": _SECTORS[service.sector],
        "Provider name": service.name,
        "Registration date": written(min(first - 60, year.first - rng.randrange(200, 5500))),
        "Registration status": "Active",
        "Placement code": codes,
        "Provider address line 1": "1 Made-up Lane",
        "Provider town": "Madeup",
        "Provider postcode": service.spot.postcode,
        "Owner type": _OWNERS[service.sector],
        "Owner ID": owner_id(owner),
        "Owner name": owner,
        "Region": region,
        "Placement provider code": "PR1,PR2" if service.sector == "PR1" else service.sector,
        "Date of last full inspection": inspected,
        "Overall effectiveness": judgement,
        "CYP safety": judgement,
        "Leadership and management": judgement,
        "CYP outcomes": judgement,
        "Number of registered places": places,
        "Multi building CH": "No" if service.kind == "K2" else "",
    }


def owner_id(owner: str) -> str:
    """A made-up owner number: the same for the same name."""
    number = sum((at + 1) * ord(letter) for at, letter in enumerate(owner)) % 900_000
    return f"MU{number:06d}"


def supported_rows(
    settings: Sequence[Setting], year: Year, names: Mapping[str, tuple[str, str]], rng: Chance
) -> list[list[str]]:
    """Rows of the supported accommodation register: one a setting, several to a provider."""
    rows = []
    for setting in settings:
        if setting.kind == "K3":
            cells = _supported(setting, year, names, rng)
            rows.append([cells.get(column, "") for column in SUPPORTED_COLUMNS])
    return rows


def _supported(setting: Setting, year: Year, names: Mapping[str, tuple[str, str]], rng: Chance) -> dict[str, str]:
    service = setting.service
    registered = _FIRST_SUPPORTED + int(service.urn[-4:]) % 180
    shared = "Shared or group living for looked after children and care leavers"
    return {
        "Provider local authority": names[service.authority][0],
        "Setting Local Authority": names[setting.authority][0],
        "URN": service.urn,
        "Provider type": "Supported accommodation",
        "Sector": _SECTORS[service.sector],
        "Provider name": service.name,
        "Registration date": written(registered),
        "Registration status": "Active",
        "Placement code": "K3",
        "Setting status": "Open",
        "Setting status date": written(registered),
        "Setting category": "Self-contained solo accommodation"
        if setting.places < 3 and rng.random() < 0.4
        else shared,
        "Capacity": str(setting.places),
        "Setting address line 1": setting.name,
        "Setting address town": "Madeup",
        "Setting address postcode": setting.spot.postcode,
        "Owner type": _OWNERS[service.sector],
        "Owner ID": owner_id(service.owner),
        "Owner name": service.owner,
        "Owner postcode": service.spot.postcode,
    }
