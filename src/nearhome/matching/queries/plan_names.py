"""What homes, authorities and children are called on the pages of one authority: nobody reads a token."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from nearhome.design.wording import date as nice_date
from nearhome.design.wording import nice_list
from nearhome.geography.authorities import authority_by_dfe
from nearhome.market.models import Home
from nearhome.matching.calculations.region.advised import Advice
from nearhome.matching.models import RegionalPlan, SharedSearch
from nearhome.matching.queries.regional_plans import own_searches
from nearhome.people.models import Person

NO_HOME = "No place"
_REFERENCE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PLACE = re.compile(r"from (\d{4}-\d{2}-\d{2})(?:, kept for (\w+))?")


@dataclass(frozen=True)
class Named:
    """How homes, authorities and children are called on a page of one authority."""

    homes: Mapping[str, str]
    own: Mapping[str, SharedSearch]
    authorities: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def home(self, ref: str) -> str:
        """The home by its name."""
        return self.homes.get(ref, "a home no longer on record")

    def authority(self, code: str) -> str:
        """The authority by its name."""
        return authority_by_dfe(code).name if code else "several authorities"

    def child(self, ref: str, authority: str) -> str:
        """One's own child by the referral; a partner's only as a child of that authority."""
        mine = self.own.get(ref)
        return f"your child {mine.referral.ref}" if mine else f"a child of {self.authority(authority)}"

    def children(self, refs: Sequence[str], authority: str) -> str:
        """A child, or brothers and sisters."""
        mine = [self.own[ref].referral.ref for ref in refs if ref in self.own]
        if mine:
            return "your " + ("child " if len(mine) == 1 else "children ") + nice_list(mine)
        of = self.authority(authority)
        return f"a child of {of}" if len(refs) == 1 else f"{len(refs)} brothers and sisters of {of}"

    def in_words(self, sentence: str) -> str:
        """A sentence of the plan with every reference in it said as people say it."""
        words = _REFERENCE.sub(lambda found: self._said(found.group()), sentence)
        return words[:1].upper() + words[1:]

    def kind_of_place(self, words: str) -> str:
        """A kind of place of the plan in words: from when it is free, for whom it is kept."""
        found = _PLACE.fullmatch(words)
        if found is None:
            return "Freed by a move" if words.startswith("freed by ") else self.in_words(words)
        kept = f", kept for {self.authority(found[2])}" if found[2] else ""
        return f"Free from {nice_date(date.fromisoformat(found[1]))}{kept}"

    def _said(self, ref: str) -> str:
        if ref in self.homes:
            return self.homes[ref]
        members = self.groups.get(ref, (ref,))
        authorities = {self.authorities.get(one, "") for one in members}
        return self.children(members, authorities.pop() if len(authorities) == 1 else "")


def named_for(person: Person, plan: RegionalPlan, advice: Advice) -> Named:
    """Names for the pages of one person about one plan."""
    waiting = plan.inputs["region"]["waiting"]
    groups: dict[str, list[str]] = {}
    for one in waiting:
        if one["group"]:
            groups.setdefault(one["group"], []).append(one["child_ref"])
    rows = Home.objects.filter(key__in=[UUID(ref) for ref in _homes_of(advice) if _REFERENCE.fullmatch(ref)])
    return Named(
        {str(key): name for key, name in rows.values_list("key", "name")},
        own_searches(person.organisation_id, [one["child_ref"] for one in waiting]),
        {one["child_ref"]: one["authority"] for one in waiting},
        groups,
    )


def _homes_of(advice: Advice) -> set[str]:
    """Every home that a page about the plan may name."""
    refs = {line.home_ref for line in advice.plan.lines}
    refs |= {place.home_ref for place in advice.missing} | {bed.home_ref for bed in advice.kept}
    for one in advice.why:
        refs.update(one.best_homes, one.planned_homes, *(other.homes for other in one.alternatives))
        refs.update(held.home_ref for held in one.holders)
        refs.update(_REFERENCE.findall(one.why_not_placed))
    refs.update(home for move in advice.moves for home in (move.from_home, move.to_home))
    return refs.union(*(_REFERENCE.findall(words) for words in advice.circles))
