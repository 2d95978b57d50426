"""What a provider says of life in its home: how far skills go, languages, faiths, cultures, ages of newcomers."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.market.actions.homes import OLDEST
from nearhome.market.models import Home
from nearhome.market.permissions import require_can_describe
from nearhome.market.reference.skills import SKILLS
from nearhome.market.reference.ways_of_life import DEGREES, WAYS_OF_LIFE

LIFE_COLUMNS = ("skill_degrees", "languages", "faiths", "cultures", "newcomers_over", "newcomers_under")


@dataclass(frozen=True, slots=True)
class LifeThere:
    """Codes of market.reference.ways_of_life; a degree for each skill where one is said.

    `newcomers_over` and `newcomers_under`: because of those who live there now, a new child should be over, or under,
    this age. Nothing said stays not known, which is never the same as no.
    """

    skill_degrees: Mapping[str, str] = field(default_factory=dict)
    languages: Sequence[str] = ()
    faiths: Sequence[str] = ()
    cultures: Sequence[str] = ()
    newcomers_over: int | None = None
    newcomers_under: int | None = None


@transaction.atomic
def describe_life(*, home: Home, life: LifeThere, by: Any, now: datetime) -> Home:
    """Say how far skills go, what is spoken and lived by, and which ages may join. The same again changes nothing."""
    require_can_describe(by, home)
    kept = Home.objects.select_for_update(of=("self",)).get(pk=home.pk)
    facts = {name: _plain(value) for name, value in asdict(life).items()}
    _require_sound(facts, kept.skills)
    differs = [name for name, value in facts.items() if _plain(getattr(kept, name)) != value]
    if differs:
        for name in differs:
            setattr(kept, name, facts[name])
        kept.save(update_fields=differs)
        record("home.life_described", f"{kept.name}: {_said(kept)}.", about=kept, by=by, at=now, thread=kept.key)
    return kept


def life_from_row(row: Mapping[str, str]) -> dict[str, Any]:
    """The columns of a table of homes that speak of life there, those that the table has.

    Lists with semicolons between; degrees as `autism:specialist`. Raises ValueError with the mend.
    """
    facts: dict[str, Any] = {}
    for name in (one for one in LIFE_COLUMNS if row.get(one) is not None):
        parts = [part.strip() for part in row[name].split(";") if part.strip()]
        if name == "skill_degrees":
            facts[name] = dict(_pair(part) for part in parts)
        elif name in WAYS_OF_LIFE:
            facts[name] = sorted(set(parts))
        else:
            facts[name] = int(row[name]) if parts else None
    try:
        _require_sound(facts, [code for code in row["skills"].split(";") if code])
    except ValidationError as wrong:
        raise ValueError(" ".join(wrong.messages)) from wrong
    return facts


def _pair(part: str) -> tuple[str, str]:
    skill, colon, degree = part.partition(":")
    if not colon:
        raise ValueError(f"“{part}” says no degree; write it like autism:specialist")
    return skill.strip(), degree.strip()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return sorted(set(value)) if isinstance(value, list | tuple) else value


def _require_sound(facts: Mapping[str, Any], skills: Sequence[str]) -> None:
    for skill, degree in (facts.get("skill_degrees") or {}).items():
        if skill not in skills:
            words = SKILLS.get(skill, skill)
            raise ValidationError(
                {"skill_degrees": f"The home does not say that it has the skill {words}. Say so first."}
            )
        if degree not in DEGREES:
            raise ValidationError({"skill_degrees": f"“{degree}” is no degree. Use {', '.join(DEGREES)}."})
    for name, known in WAYS_OF_LIFE.items():
        unknown = [code for code in facts.get(name) or () if code not in known]
        if unknown:
            raise ValidationError({name: f"{', '.join(unknown)} is not on the list of {name}. Choose from the list."})
    _require_ages(facts.get("newcomers_over"), facts.get("newcomers_under"))


def _require_ages(over: int | None, under: int | None) -> None:
    for name, age in (("newcomers_over", over), ("newcomers_under", under)):
        if age is not None and not 0 <= age <= OLDEST + 1:
            raise ValidationError({name: f"Enter an age from 0 to {OLDEST + 1}, or leave it empty."})
    if over is not None and under is not None and under - over < 2:
        raise ValidationError({"newcomers_under": "No age is left between the two. Check both, or leave one empty."})


def _said(home: Home) -> str:
    spoken = [
        words for name, known in WAYS_OF_LIFE.items() for code, words in known.items() if code in getattr(home, name)
    ]
    parts = [f"{len(home.skill_degrees)} skills by degree"] if home.skill_degrees else []
    parts += [f"can live by {wording.nice_list(spoken)}"] if spoken else []
    parts += [f"a new child should be over {home.newcomers_over}"] if home.newcomers_over is not None else []
    parts += [f"a new child should be under {home.newcomers_under}"] if home.newcomers_under is not None else []
    return "; ".join(parts) or "nothing is said of life there any more"
