"""The regional plan as a page shows it: one's own children by their referrals, partners' children by authority only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404
from django.urls import reverse

from nearhome.audit.queries import as_entries, history_of
from nearhome.design.tables import Column, Link, Table
from nearhome.design.wording import nice_list, plural
from nearhome.matching.calculations.region.advised import Advice, AuthorityShare, HolderTold, WhyThisPlace
from nearhome.matching.calculations.region.records import PlanLine
from nearhome.matching.models import RegionalPlan
from nearhome.matching.permissions import can_plan
from nearhome.matching.queries.plan_names import NO_HOME, Named, named_for
from nearhome.matching.queries.regional_plans import digest_of, plan_policy, region_of
from nearhome.matching.queries.told_searches import is_told
from nearhome.people.models import Person
from nearhome.referrals.calculations.plain import from_plain

KINDS = {
    "alone": "",
    "together": "with brothers and sisters",
    "near": "near brothers and sisters, in another home",
    "stays": "stays where they live",
}


@dataclass(frozen=True)
class PlanPage:
    """Everything on the page of a plan."""

    plan: RegionalPlan
    advice: Advice
    figures: Sequence[Mapping[str, str]]
    proof: str
    own: Table
    by_authority: Table
    promise: str
    missing: Table
    kept: Table
    kept_words: str
    moves: Sequence[str]
    circles: Sequence[str]
    notes: Sequence[str]
    can_plan: bool
    has_changed: bool
    history: Sequence[dict[str, Any]]


def advice_of(plan: RegionalPlan) -> Advice:
    """The advice exactly as it was worked out."""
    found: Advice = from_plain(Advice, plan.result)
    return found


def plan_page(person: Person, plan: RegionalPlan, *, is_newest: bool, now: datetime) -> PlanPage:
    """One plan for one authority."""
    advice = advice_of(plan)
    named = named_for(person, plan, advice)
    region = plan.inputs["region"]
    changed = is_newest and _has_changed(person, plan, now)
    placed, waiting = len(advice.plan.lines), len(region["waiting"])
    mine = [one for one in region["waiting"] if one["child_ref"] in named.own]
    return PlanPage(
        plan=plan,
        advice=advice,
        figures=(
            {"figure": str(waiting), "about": "children wait, of all partners"},
            {"figure": str(placed), "about": "of them have a place in the plan"},
            {"figure": str(len(mine)), "about": "of the children are yours"},
        ),
        proof=proof_in_words(advice),
        own=_own_table(advice, named),
        by_authority=_authorities(advice.by_authority, named),
        promise=_promise(advice),
        missing=_missing(advice, named),
        kept=_kept(advice, named),
        kept_words=_kept_words(advice),
        moves=_moves(advice, named),
        circles=[named.in_words(words) for words in advice.circles],
        notes=[named.in_words(words) for words in advice.plan.notes],
        can_plan=can_plan(person),
        has_changed=changed,
        history=as_entries(reversed(history_of(plan.key))),
    )


def _has_changed(person: Person, plan: RegionalPlan, now: datetime) -> bool:
    """Whether another plan would come of the facts now, as far as told, or some child of one's own is not yet told of."""
    if plan.policy_version != plan_policy().version or not is_told(person.organisation_id):
        return True
    return digest_of(region_of(plan.partnership, now=now)) != plan.digest


def why_of(advice: Advice, child_ref: str) -> WhyThisPlace:
    """What is said of one child. Raises Http404 if the child is not in the plan."""
    for one in advice.why:
        if child_ref in one.children:
            return one
    raise Http404("That child is not in this plan")


def lines_of(advice: Advice) -> dict[str, PlanLine]:
    """The plan's lines by child."""
    return {line.child_ref: line for line in advice.plan.lines}


def proof_in_words(advice: Advice) -> str:
    """How sure it is that no plan is better."""
    if advice.plan.status == "optimal":
        return "It is proven that no other plan is worth more, by these weights."
    return f"Time ran out before it was proven: another plan may be worth up to {advice.plan.gap:.2%} more. Plan again later."


def holder_in_words(held: HolderTold, named: Named) -> str:
    """Who has the better place, and what they would lose by giving it up."""
    who = _capital(named.children(held.children, held.authority))
    plural_verb = len(held.children) > 1
    has = "have" if plural_verb else "has"
    because = (
        f"{has} the place at {named.home(held.home_ref)}"
        if held.because == "place"
        else f"would live at {named.home(held.home_ref)}, and the two must not live together"
    )
    if held.loss is None:
        return f"{who} {because}."
    if held.loss > 0.05:
        return f"{who} {because}, and would lose {held.loss:.0f} points by giving it up."
    return f"{who} {because}, and would be as well off elsewhere."


def _moves(advice: Advice, named: Named) -> list[str]:
    """The moves whose order matters: those that free a place somebody takes, and those who take it."""
    freeing = {line.freed_by for line in advice.plan.lines} - {""}
    waits = {line.child_ref for line in advice.plan.lines if line.freed_by}
    said = []
    for move in advice.moves:
        if move.child_ref not in freeing | waits:
            continue
        who = _capital(named.child(move.child_ref, _authority_of(advice, move.child_ref)))
        then = f", which frees the place at {named.home(move.from_home)}" if move.child_ref in freeing else ""
        said.append(f"{who} goes to {named.home(move.to_home)}{then}")
    return said


def _own_table(advice: Advice, named: Named) -> Table:
    lines = lines_of(advice)
    waiting = {unplaced.child_ref: named.in_words(unplaced.why) for unplaced in advice.plan.unplaced}
    rows: list[tuple[Any, ...]] = []
    for ref, told in sorted(named.own.items(), key=lambda one: one[1].referral.ref):
        line, child = lines.get(ref), told.referral
        if line is None and ref not in waiting:
            continue
        why = why_of(advice, ref)
        rows.append(
            (
                Link(child.ref, reverse("matching:plan_child", args=[child.key]), "in the plan"),
                named.home(line.home_ref) if line else NO_HOME,
                KINDS[line.kind] if line else "",
                line.starts_on if line else None,
                nice_list([named.home(home) for home in why.best_homes]) or "No possible home",
                round(why.difference, 1),
                _who_has_it(why, named) if line else waiting[ref],
            )
        )
    columns: tuple[Column, ...] = (
        Column("Referral"), Column("In the plan"), Column("How"), Column("From", "date"),
        Column("Best for this child alone"), Column("Points less", "number"), Column("Why"),
    )  # fmt: skip
    if not any(row[2] for row in rows):
        columns, rows = columns[:2] + columns[3:], [row[:2] + row[3:] for row in rows]
    return Table("Your children", columns, rows, when_empty="No child of yours waits for a home in this plan.")


def _who_has_it(why: WhyThisPlace, named: Named) -> str:
    if why.difference < 0.05:
        return "The best place for this child"
    if not why.holders:
        return "The best place is worth more to later children or to the whole"
    return " ".join(holder_in_words(held, named) for held in why.holders)


def _authorities(shares: Sequence[AuthorityShare], named: Named) -> Table:
    rows = [
        (named.authority(one.authority), one.children, one.placed, round(one.worth), round(one.alone), round(one.worth - one.alone))
        for one in sorted(shares, key=lambda share: named.authority(share.authority))
    ]  # fmt: skip
    columns = (
        Column("Authority"), Column("Children who wait", "number"), Column("With a place", "number"),
        Column("Points in the plan", "number"), Column("Points alone", "number"), Column("Gained by planning together", "number"),
    )  # fmt: skip
    return Table("What each authority gets", columns, rows)


def _promise(advice: Advice) -> str:
    kept = "No authority gets less than it could with its own homes and those in its area alone."
    if advice.price_of_promise is None:
        return f"{kept} What this promise costs the whole could not be worked out in the time."
    if advice.price_of_promise < 0.05:
        return f"{kept} The promise costs nothing: the best plan for all keeps it by itself."
    return f"{kept} The promise costs the whole {advice.price_of_promise:.0f} points."


def _missing(advice: Advice, named: Named) -> Table:
    rows = [
        (named.home(one.home_ref), named.kind_of_place(one.words), round(one.worth, 1), one.children)
        for one in advice.missing
        if one.home_ref in named.homes
    ]
    columns = (
        Column("A place like those at"), Column("Which place"), Column("Worth in points", "number"), Column("Children who would use it", "number"),
    )  # fmt: skip
    empty = "No home is short of a place for those who wait now."
    return Table("Where another place would help most", columns, rows, when_empty=empty)


def _kept(advice: Advice, named: Named) -> Table:
    rows = [
        (named.home(one.home_ref), named.kind_of_place(one.words), round(one.worth, 1), round(one.spread, 1))
        for one in advice.kept
        if one.home_ref in named.homes
    ]
    columns = (
        Column("Home"), Column("Which bed"), Column("Worth to later children, in points", "number"), Column("Spread over futures", "number"),
    )  # fmt: skip
    return Table("Beds that later children are likely to need", columns, rows, when_empty="No bed is kept back.")


def _kept_words(advice: Advice) -> str:
    if not advice.futures:
        return "Too little is known of who came before, so no bed is kept back for children who may come later."
    return (
        f"Looked at over {plural(advice.futures, 'possible future')} drawn from the children who came before. A child is"
        " never left without a home for this: at most they are offered another."
    )


def _authority_of(advice: Advice, child_ref: str) -> str:
    line = lines_of(advice).get(child_ref)
    return line.authority if line else ""


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
