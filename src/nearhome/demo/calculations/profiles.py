"""What a made-up provider says of its home or household: whom it takes, what it can do, its price."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nearhome.demo.calculations.chance import Chance, one_of
from nearhome.demo.calculations.days import Year, age_on
from nearhome.demo.calculations.figures import AuthorityFigures, Figures
from nearhome.demo.calculations.homes import Setting
from nearhome.demo.calculations.living_there import COLUMNS as LIFE_COLUMNS
from nearhome.demo.calculations.living_there import living_there

KINDS = {"K2": "childrens_home", "foster": "foster", "K3": "supported_accommodation"}
COLUMNS = [
    "registration_urn",
    "home_ref",
    "home_name",
    "kind",
    "postcode",
    "min_age",
    "max_age",
    "sexes",
    "skills",
    "places",
    "pets",
    "school_on_site",
    "weekly_price_pence",
    "places_not_open",
    *LIFE_COLUMNS,
]

EMPTY_NOT_OPEN = {"foster": 0.60, "K3": 0.50}  # foster: Ofsted 2024, 24 not available beside 16 vacant; K3 is ours
OCCUPANCY = 0.88  # of children's homes' places, ours: real occupancy is not published
IN_HOUSE_POUNDS, AGENCY_POUNDS, SUPPORTED_POUNDS, HOME_POUNDS = 560, 1010, 1500, 7400

_SKILLS = {
    "K2": {
        "self_harm": 0.55, "criminal_exploitation": 0.40, "sexual_exploitation": 0.35, "drug_alcohol": 0.40,
        "eating_disorder": 0.15, "going_missing": 0.60, "physical_harm_to_others": 0.55, "sexual_harm_to_others": 0.18,
        "fire_setting": 0.15, "harm_to_animals": 0.12, "communication": 0.25, "esol": 0.12, "learning_disability": 0.30,
        "autism": 0.40, "physical_adaptation": 0.12, "therapeutic": 0.35,
    },
    "agency": {
        "self_harm": 0.30, "criminal_exploitation": 0.22, "sexual_exploitation": 0.20, "drug_alcohol": 0.18,
        "eating_disorder": 0.10, "going_missing": 0.25, "physical_harm_to_others": 0.20, "sexual_harm_to_others": 0.06,
        "fire_setting": 0.03, "harm_to_animals": 0.04, "communication": 0.15, "esol": 0.25, "learning_disability": 0.22,
        "autism": 0.30, "physical_adaptation": 0.08, "therapeutic": 0.20, "parent_and_child": 0.08, "solo": 0.10,
    },
    "foster": {
        "self_harm": 0.18, "going_missing": 0.15, "communication": 0.12, "esol": 0.20, "learning_disability": 0.15,
        "autism": 0.20, "physical_adaptation": 0.05, "therapeutic": 0.08, "parent_and_child": 0.05, "drug_alcohol": 0.08,
        "criminal_exploitation": 0.10, "sexual_exploitation": 0.08, "physical_harm_to_others": 0.08,
    },
    "K3": {
        "esol": 0.60, "going_missing": 0.50, "drug_alcohol": 0.45, "criminal_exploitation": 0.45, "self_harm": 0.35,
        "sexual_exploitation": 0.25, "physical_harm_to_others": 0.20, "learning_disability": 0.10, "autism": 0.15,
        "parent_and_child": 0.05, "physical_adaptation": 0.05,
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Profile:
    """One row of profiles/homes.csv; `price` in pence a week, `closed` places not open to the region: held by
    children from elsewhere, or a carer who cannot take a child now."""

    setting: Setting
    ages: tuple[int, int]
    sexes: str
    skills: tuple[str, ...]
    pets: bool
    school: bool
    price: int
    closed: int

    def row(self) -> list[str]:
        """As text, in the order of COLUMNS."""
        one, (youngest, oldest) = self.setting, self.ages
        return [
            one.service.urn,
            one.ref,
            one.name,
            KINDS[one.kind],
            one.spot.postcode,
            str(youngest),
            str(oldest),
            self.sexes,
            ";".join(self.skills),
            str(one.places),
            "yes" if self.pets else "no",
            "yes" if self.school else "no",
            str(self.price),
            str(self.closed),
            *living_there(f"{one.service.urn} {one.ref}", self.skills, is_lived_in=bool(one.stays)),
        ]


def draw_profiles(
    settings: Sequence[Setting], region: Sequence[AuthorityFigures], figures: Figures, year: Year, rng: Chance
) -> list[Profile]:
    """A profile for every children's home, mainstream household and supported accommodation setting."""
    drafts = [_draft(setting, figures, year, rng) for setting in settings if setting.kind in KINDS]
    factors = {
        "K2": _factor(
            drafts,
            "K2",
            sum(one.homes * one.residential_pounds for one in region),
            sum(one.homes for one in region),
            year,
        ),
        "foster": _factor(
            drafts,
            "foster",
            sum(one.foster * one.fostering_pounds for one in region),
            sum(one.foster for one in region),
            year,
        ),
    }
    return [_priced(draft, factors.get(draft.setting.kind, 1.0)) for draft in drafts]


def residents(setting: Setting, year: Year) -> int:
    """How many children live there on the last day of the year?"""
    return sum(1 for stay in setting.stays if stay[0] <= year.last < stay[1])


def peak(setting: Setting) -> int:
    """The most children who ever lived there at once."""
    return max(
        (sum(1 for other in setting.stays if other[0] <= stay[0] < other[1]) for stay in setting.stays), default=0
    )


def _draft(setting: Setting, figures: Figures, year: Year, rng: Chance) -> Profile:
    group = "agency" if setting.kind == "foster" and setting.service.kind == "agency" else setting.kind
    skills = [skill for skill, share in _SKILLS[group].items() if rng.random() < share]
    if setting.kind == "K2" and setting.places == 1:
        skills.append("solo")
    price = _price(setting, group, len(skills), figures, rng)
    closed = _closed(setting, year, rng)
    school = setting.kind == "K2" and rng.random() < (0.5 if setting.places > 8 else 0.05)
    pets = rng.random() < {"K2": 0.25, "K3": 0.03}.get(setting.kind, 0.55)
    return Profile(
        setting,
        _ages(setting, group, year, rng),
        _sexes(setting, year, rng),
        tuple(skills),
        pets,
        school,
        price,
        closed,
    )


def _closed(setting: Setting, year: Year, rng: Chance) -> int:
    living = residents(setting, year)
    if setting.kind == "K2":
        return max(0, int(setting.places * OCCUPANCY + rng.random()) - living)
    return sum(rng.random() < EMPTY_NOT_OPEN[setting.kind] for _ in range(setting.places - living))


def _ages(setting: Setting, group: str, year: Year, rng: Chance) -> tuple[int, int]:
    likely: Mapping[tuple[int, int], float] = {
        "K2": {(8, 17): 4, (10, 17): 5, (11, 17): 4, (12, 17): 2, (6, 12): 2, (5, 11): 1, (7, 15): 2},
        "K3": {(16, 17): 1},
    }.get(group, {(0, 17): 5, (0, 4): 1, (0, 10): 3, (5, 17): 3, (10, 17): 2})
    youngest, oldest = one_of(likely, rng)
    living = [age_on(stay[2], year.last) for stay in setting.stays if stay[0] <= year.last < stay[1]]
    return min([youngest, *living]), min(17, max([oldest, *living]))


def _sexes(setting: Setting, year: Year, rng: Chance) -> str:
    living = {stay[3] for stay in setting.stays if stay[0] <= year.last < stay[1]}
    single = rng.random() < {"K2": 0.2, "K3": 0.3}.get(setting.kind, 0.15)
    if not single or len(living) > 1:
        return "any"
    return living.pop() if living else rng.choice(("M", "F"))


def _price(setting: Setting, group: str, skills: int, figures: Figures, rng: Chance) -> int:
    one = figures.authorities.get(setting.authority)
    if group == "K2":
        base = (one.residential_pounds if one else HOME_POUNDS) ** 0.5 * HOME_POUNDS**0.5
        alone = 1.35 if setting.places == 1 else 1.0
        return round(base * alone * (0.85 + 0.025 * skills) * rng.lognormvariate(-0.08, 0.40) * 100)
    if group == "K3":
        return round(SUPPORTED_POUNDS * rng.lognormvariate(-0.03, 0.25) / 5) * 500
    base = AGENCY_POUNDS if group == "agency" else IN_HOUSE_POUNDS
    local = (one.fostering_pounds / 850) ** 0.7 if one else 1.0
    return round(base * local * (0.95 + 0.02 * skills) * max(0.7, rng.gauss(1.0, 0.10)) * 100)


def _factor(drafts: Sequence[Profile], kind: str, spend: float, children: int, year: Year) -> float:
    """What brings the mean price of the children living there to the published mean."""
    living = [(residents(draft.setting, year), draft.price) for draft in drafts if draft.setting.kind == kind]
    total, cost = sum(count for count, _ in living), sum(count * price for count, price in living)
    return spend / children * 100 * total / cost if cost else 1.0


def _priced(draft: Profile, factor: float) -> Profile:
    price = round(draft.price * factor / 500) * 500
    return Profile(draft.setting, draft.ages, draft.sexes, draft.skills, draft.pets, draft.school, price, draft.closed)
