"""Rules about the register and inspection: may this home look after this child on that date?"""

from datetime import date

from nearhome.matching.calculations.candidates import CHILDRENS_HOME, SUPPORTED, Candidate, Search, is_own_foster
from nearhome.matching.calculations.policy import Limits
from nearhome.matching.calculations.rule import Finding, Rule, asks, refuses


def registered_on_the_day(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """Refuses a home that is not registered, not yet, or no longer, on the start date."""
    registration, day = home.registration, search.starts_on
    if is_own_foster(home) and registration.urn is None and registration.status == "registered":
        return None
    if registration.status == "application_accepted" and home.kind == SUPPORTED:
        return asks("Ofsted accepted its application but has not registered it yet", registration.status, "registered")
    if registration.status != "registered" or registration.urn is None:
        found = registration.status.replace("_", " ") if registration.status != "registered" else "no registration"
        return refuses(f"The register shows it as: {found}", found, "registered")
    return _outside_registered_dates(registration.registered_on, registration.closed_on, day)


def _outside_registered_dates(opens: date | None, closes: date | None, day: date) -> Finding | None:
    if closes is not None and closes <= day:
        return refuses(f"Its registration ended on {_day(closes)}", closes.isoformat(), day.isoformat())
    if opens is not None and opens > day:
        words = f"It is registered from {_day(opens)}, after the start on {_day(day)}"
        return refuses(words, opens.isoformat(), day.isoformat(), f"the child came on or after {_day(opens)}")
    return None


def not_suspended(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """Refuses a home whose registration, or use by the partnership, is suspended."""
    if home.registration.suspended:
        return refuses("Placements there are suspended", "suspended", "not suspended", "the suspension were lifted")
    return None


def under_16_setting(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """S01: a child under 16 may not live in supported accommodation or an unregistered setting."""
    age = search.child.age_years
    if age < 16 and (home.kind == SUPPORTED or _is_unregistered(home)):
        setting = "supported accommodation" if home.kind == SUPPORTED else "an unregistered setting"
        return refuses(f"A child of {age} may not be placed in {setting}: they must be 16 or over", age, 16)
    return None


def age_16_and_17_setting(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """S02: at 16 and 17, of such settings only supported accommodation registered, or accepted for it, by Ofsted."""
    age, status = search.child.age_years, home.registration.status
    if age not in (16, 17) or home.kind not in (SUPPORTED, CHILDRENS_HOME):
        return None
    if _is_unregistered(home):
        words = "A child of 16 or 17 may only live in supported accommodation that is registered with Ofsted"
        return refuses(words, status, "registered, or application accepted")
    return None


def judgement_good_enough(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """Refuses the judgements the policy refuses, and asks a person about those it asks about."""
    judgement = home.registration.judgement
    if judgement is None:
        return None
    judged = home.registration.judged_on
    words = f"Its last judgement was “{judgement}”" + (f", on {_day(judged)}" if judged else "")
    if judgement.strip().casefold() in limits.judgements_refused:
        return refuses(words, judgement, "better than " + " or ".join(limits.judgements_refused))
    if judgement.strip().casefold() in limits.judgements_asked:
        return asks(words + ": is it right for this child?", judgement, "a person's judgement")
    return None


def _is_unregistered(home: Candidate) -> bool:
    return home.registration.status == "unregistered"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


_CARE_PLANNING = "SI 2010/959 (Care Planning, Placement and Case Review Regulations)"
RULES_OF_REGISTER: tuple[Rule, ...] = (
    Rule(
        "R01",
        "Registered on the start date",
        "1",
        "Care Standards Act 2000: the published register of providers",
        "derived",
        registered_on_the_day,
    ),
    Rule("R02", "Not suspended", "1", "The partnership's own rule", "derived", not_suspended),
    Rule(
        "S01",
        "Under 16",
        "1",
        f"{_CARE_PLANNING} regulation 27A, SI 2021/161",
        "verified",
        under_16_setting,
        date(2021, 9, 9),
    ),
    Rule(
        "S02",
        "Aged 16 or 17",
        "1",
        f"{_CARE_PLANNING} regulation 27C, SI 2023/416",
        "verified",
        age_16_and_17_setting,
        date(2023, 10, 28),
    ),
    Rule(
        "R03",
        "Judgement",
        "1",
        "The ranking policy: judgements refused and asked about",
        "derived",
        judgement_good_enough,
    ),
)
