"""Rules about this child and those who live there: age, sex, company, kind of home, skills, pets."""

from nearhome.matching.calculations.candidates import CHILDRENS_HOME, FOSTER, SUPPORTED, Candidate, Resident, Search
from nearhome.matching.calculations.policy import Limits
from nearhome.matching.calculations.rule import Finding, Rule, asks, plural, refuses
from nearhome.referrals.calculations.profile import skills_needed
from nearhome.referrals.reference.skills import SKILLS

_SEX_WORDS = {"M": "boys", "F": "girls"}
_SUITABILITY = {
    FOSTER: ("foster_care_suitability", "foster care"),
    CHILDRENS_HOME: ("residential_care_suitability", "a children's home"),
    SUPPORTED: ("supported_accommodation_suitability", "supported accommodation"),
}


def suitability_of(search: Search, home: Candidate) -> tuple[str | None, str]:
    """What the referral recommends about this kind of home, and the kind in words."""
    field, words = _SUITABILITY[home.kind]
    return getattr(search.profile, field), words


def age_accepted(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """Refuses a home that does not take children of this age, or the age of a sibling who must come too."""
    if home.min_age is None or home.max_age is None:
        return asks("The ages it takes are not recorded", "not known")
    outside = [one.age_years for one in _coming(search) if not home.min_age <= one.age_years <= home.max_age]
    if not outside:
        return None
    words = f"It takes ages {home.min_age} to {home.max_age}; a child of {outside[0]} would come"
    return refuses(words, outside[0], f"{home.min_age} to {home.max_age}", f"it took a child of {outside[0]}")


def sex_accepted(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """Refuses a home that does not take children of this sex, or the sex of a sibling who must come too."""
    if not home.sexes:
        return asks("Whether it takes girls, boys or both is not recorded", "not known")
    outside = [one.sex for one in _coming(search) if one.sex not in home.sexes]
    if not outside or len(home.sexes) == len(_SEX_WORDS):
        return None
    taken = " and ".join(_SEX_WORDS.get(sex, sex) for sex in sorted(home.sexes))
    if all(sex not in _SEX_WORDS for sex in outside):
        return asks(f"It takes {taken} only; the child's sex is not known", "not known", taken)
    return refuses(f"It takes {taken} only", outside[0], ", ".join(sorted(home.sexes)), "it took both girls and boys")


def kind_recommended(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """Refuses a kind of home that the referral says is unsuitable for the child."""
    answer, setting = suitability_of(search, home)
    if answer == "Unsuitable":
        words = f"The referral says {setting} is not suitable for this child"
        return refuses(words, answer, "not unsuitable", f"{setting} were thought suitable")
    return None


def no_conflict(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """Refuses a home where someone lives with whom the child must not live."""
    if home.conflicts_with_resident is None:
        return asks("Nobody has checked whether the child may live with those who live there", "not known")
    if home.conflicts_with_resident:
        return refuses("A child lives there with whom this child must not live", "conflict", "no conflict")
    return None


def right_company(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """Refuses a home with the wrong children: only older, or only younger, ones were asked for."""
    answer, age = search.profile.living_companions, search.child.age_years
    ages = sorted(resident.age_years for resident in home.residents)
    if answer == "With other children recommended" and not ages:
        return asks("Living with other children is recommended; no other child lives there now", 0, "1 or more")
    if answer == "Only with other older children" and ages and ages[0] <= age:
        words = f"Only older children were asked for; a child of {ages[0]} lives there"
        return refuses(words, ages[0], f"over {age}", "only older children lived there")
    if answer == "Only with other younger children" and ages and ages[-1] >= age:
        words = f"Only younger children were asked for; a child of {ages[-1]} lives there"
        return refuses(words, ages[-1], f"under {age}", "only younger children lived there")
    return None


def solo_possible(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """Refuses a home that cannot look after the child on their own, when that is what was asked for."""
    if not is_solo_wanted(search):
        return None
    if home.residents:
        words = (
            f"The child should live without other children; {plural(len(home.residents), 'child', 'children')} there"
        )
        return refuses(words, len(home.residents), 0, "no other child lived there")
    if home.solo_capable or home.registered_places == 1:
        return None
    if home.solo_capable is None:
        return asks("The child should live without other children: could it offer solo care?", "not known")
    return refuses("It does not offer solo care", "no", "solo care", "it offered solo care")


def is_solo_wanted(search: Search) -> bool:
    """Should the child live without other children?"""
    solo = any(need.skill == "solo" and need.level == "essential" for need in search.profile.skills)
    return solo or search.profile.living_companions == "Solo placement recommended"


def statement_of_purpose(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """Refuses a home whose statement of purpose excludes a need that is essential."""
    excluded = [need for need in essential_skills(search) if need in home.skills_excluded]
    if not excluded:
        return None
    named = skills_in_words(excluded)
    return refuses(f"Its statement of purpose excludes: {named}", named, "not excluded", "its statement allowed it")


def essential_needs_met(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """Asks a person when an essential need is not one of the home's recorded skills; never refuses."""
    needed = essential_skills(search)
    if not needed:
        return None
    if home.skills is None:
        return asks("Its skills are not recorded: can it meet every essential need?", "not known", len(needed))
    unmet = [skill for skill in needed if skill not in home.skills]
    if not unmet:
        return None
    words = f"{plural(len(unmet), 'essential need')} not among its skills: {skills_in_words(unmet)}"
    return asks(words, len(needed) - len(unmet), len(needed))


def pets_agreed(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """Asks a person when the child may not, or must, live with pets and the home has, or has not, any."""
    if search.profile.pets == "No" and home.pets:
        return asks("The child should not live with pets; there are pets", "pets", "no pets")
    if search.profile.pets == "Yes-must" and home.pets is False:
        return asks("The child must have a pet with them; there are none there", "no pets", "pets")
    return None


def essential_skills(search: Search) -> tuple[str, ...]:
    """Codes of the skills this child cannot do without. Solo care has its own rule and is left out."""
    return tuple(
        need.skill for need in skills_needed(search.profile) if need.level == "essential" and need.skill != "solo"
    )


def helpful_skills(search: Search) -> tuple[str, ...]:
    """Codes of the skills that would help this child."""
    return tuple(need.skill for need in skills_needed(search.profile) if need.level == "helps")


def skills_in_words(skills: list[str] | tuple[str, ...]) -> str:
    """The skills by their labels, in small letters."""
    return ", ".join(SKILLS.label_for(skill).lower() for skill in skills)


def _coming(search: Search) -> tuple[Resident, ...]:
    child = Resident(search.child.age_years, search.child.sex)
    return (child, *(search.brothers_and_sisters if search.keep_siblings_together else ()))


_REFERRAL = "The referral's needs profile (draft national placements standard 2.0.0)"
_PURPOSE = "The home's statement of purpose"
RULES_OF_FIT: tuple[Rule, ...] = (
    Rule("F01", "Age", "1", _PURPOSE, "derived", age_accepted),
    Rule("F02", "Sex", "1", _PURPOSE, "derived", sex_accepted),
    Rule("F03", "Kind of home", "1", _REFERRAL, "derived", kind_recommended),
    Rule("F04", "Conflict with a child who lives there", "1", "Recorded conflicts", "derived", no_conflict),
    Rule("F05", "Older or younger children only", "1", _REFERRAL, "derived", right_company),
    Rule("F06", "Solo care", "1", _REFERRAL, "derived", solo_possible),
    Rule("F07", "Needs the home excludes", "1", _PURPOSE, "derived", statement_of_purpose),
    Rule("F08", "Essential needs", "1", _REFERRAL, "derived", essential_needs_met),
    Rule("F09", "Pets", "1", _REFERRAL, "derived", pets_agreed),
)
