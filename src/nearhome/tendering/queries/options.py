"""The options appraisal as plain data, and what it comes to. A completed version is read as it was written."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.urls import reverse

from nearhome.design.waiting import Waiting
from nearhome.people.models import Person
from nearhome.tendering.calculations.options.conclusions import (
    change_words,
    firmest_words,
    inwards,
    order_words,
    per_cent,
    range_words,
    tenths,
)
from nearhome.tendering.calculations.options.marks import Appraisal, Scored, Weighed, dominated, marks, total_of
from nearhome.tendering.calculations.options.sensitivity import first_of, score_changes, weight_ranges
from nearhome.tendering.calculations.options.weightings import shares_of_weightings
from nearhome.tendering.models import AppraisalOption, CompletedAppraisal, OptionsAppraisal, Procurement
from nearhome.tendering.permissions.cases import can_begin
from nearhome.tendering.states import ProcurementState

EXAMPLES = ("options_21_00077",)
KINDS_OF_OPTION, LAWFUL = AppraisalOption.Kind.choices, AppraisalOption.Lawful.choices
RULED_OUT = AppraisalOption.Lawful.UNLAWFUL.value
Content = dict[str, Any]


@cache
def examples() -> dict[str, Mapping[str, Any]]:
    """The shipped examples by key, as their files say."""
    folder = files("nearhome.tendering") / "reference"
    told = [tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8")) for name in EXAMPLES]
    return {one["key"]: one for one in told}


def draft_of(procurement: Procurement) -> OptionsAppraisal | None:
    """The version that is being worked on, if there is one."""
    return procurement.appraisals.filter(completed__isnull=True).order_by("-number").first()


def completed_of(procurement: Procurement) -> list[CompletedAppraisal]:
    """The completed versions, newest first."""
    rows = CompletedAppraisal.objects.filter(appraisal__procurement=procurement).select_related("appraisal")
    return list(rows.order_by("-appraisal__number"))


def completed_version(procurement: Procurement, number: int) -> CompletedAppraisal:
    """One completed version. Raises Http404 if there is none of that number."""
    found = next((one for one in completed_of(procurement) if one.appraisal.number == number), None)
    if found is None:
        raise Http404("No such version")
    return found


def option_in_draft(procurement: Procurement, key: Any) -> tuple[OptionsAppraisal, AppraisalOption]:
    """An option of the version that is being worked on. Raises Http404 if it is not one of it."""
    draft = draft_of(procurement)
    found = draft.options.filter(key=key).first() if draft else None
    if draft is None or found is None:
        raise Http404("No such option in a draft")
    return draft, found


def content_of(appraisal: OptionsAppraisal) -> Content:
    """Every word, weight and score of a version as plain data; points are None where none was given."""
    criteria = list(appraisal.criteria.all())
    options = [_option(one, criteria) for one in appraisal.options.prefetch_related("scores")]
    return {
        "number": appraisal.number, "question": appraisal.question, "source": appraisal.source, "why": appraisal.why,
        "criteria": [{"name": one.name, "words": one.words, "weight": _plain(one.weight)} for one in criteria],
        "options": options,
    }  # fmt: skip


def _option(option: AppraisalOption, criteria: list[Any]) -> dict[str, Any]:
    given = {score.criterion_id: score for score in option.scores.all()}
    scores = [given.get(one.pk) for one in criteria]
    return {
        "key": str(option.key), "kind": option.kind, "kind_words": option.get_kind_display(), "name": option.name,
        "words": option.words, "lawful": option.lawful, "lawful_words": option.get_lawful_display(),
        "legal_view": option.legal_view, "cost_pence": option.cost_pence, "cost_words": option.cost_words,
        "risk": option.risk, "is_recommended": option.is_recommended, "reason": option.reason,
        "points": [one.points if one else None for one in scores],
        "evidence": [one.evidence if one else "" for one in scores],
    }  # fmt: skip


def _plain(weight: Decimal) -> str:
    return f"{weight.normalize():f}"


def problems_in(content: Content) -> list[str]:
    """What stands in the way of completing it, each with its mend; [] if nothing does."""
    return [*_problems_of_the_frame(content), *_problems_of_options(content), *_problems_of_the_choice(content)]


def _problems_of_the_frame(content: Content) -> Iterator[str]:
    if len(content["options"]) < 2:
        yield "Add at least two options: one alone is no choice."
    if not content["criteria"]:
        yield "Set the criteria and their weights."
    if content["options"] and not any(one["kind"] == "spot" for one in content["options"]):
        yield "Add the option of doing nothing new: every other is compared with it."


def _problems_of_options(content: Content) -> Iterator[str]:
    for one in content["options"]:
        if one["lawful"] == "unasked":
            yield f"Give the legal view of “{one['name']}”."
        if one["cost_pence"] is None and not one["cost_words"]:
            yield f"Give the cost of “{one['name']}”, or say why it is not known."
        if one["lawful"] == RULED_OUT:
            continue
        for criterion, points, evidence in zip(content["criteria"], one["points"], one["evidence"], strict=True):
            if points is None:
                yield f"Score “{one['name']}” in “{criterion['name']}”."
            elif not evidence:
                yield f"Say on what evidence “{one['name']}” is scored in “{criterion['name']}”."


def _problems_of_the_choice(content: Content) -> Iterator[str]:
    if not content["options"]:
        return
    if not any(one["is_recommended"] for one in content["options"]):
        yield "Recommend one option."
    for one in content["options"]:
        if not one["reason"]:
            yield f"Say why “{one['name']}” is {'recommended' if one['is_recommended'] else 'rejected'}."


def appraisal_of(content: Content) -> Appraisal | None:
    """The options that are not ruled out, as the calculations take them; None while a score or a criterion is missing."""
    ranked = [one for one in content["options"] if one["lawful"] != RULED_OUT]
    if not content["criteria"] or not ranked or any(None in one["points"] for one in ranked):
        return None
    criteria = tuple(Weighed(one["name"], Decimal(one["weight"])) for one in content["criteria"])
    return Appraisal(criteria, tuple(Scored(one["name"], tuple(one["points"])) for one in ranked))


def result_of(content: Content) -> dict[str, Any]:
    """What it comes to, as plain data in the words and rounding in which it is shown; {} while it cannot be ranked."""
    appraisal = appraisal_of(content)
    return {} if appraisal is None else _worked(appraisal) | {"ruled_out": _ruled_out(content, appraisal)}


def _ruled_out(content: Content, appraisal: Appraisal) -> list[dict[str, str]]:
    """Options that are not lawful: what they would have come to, where they were scored."""
    weights = [one.weight for one in appraisal.criteria]
    found = [one for one in content["options"] if one["lawful"] == RULED_OUT]
    return [
        {"name": one["name"], "total": "" if None in one["points"] else tenths(total_of(one["points"], weights))}
        for one in found
    ]


@lru_cache(maxsize=64)
def _worked(appraisal: Appraisal) -> dict[str, Any]:
    ranked, first = marks(appraisal), first_of(appraisal)[0]
    ranges, changes = weight_ranges(appraisal, first), score_changes(appraisal, first)
    shares = shares_of_weightings(appraisal)
    return {
        "marks": [{"name": one.name, "total": tenths(one.total), "rank": one.rank} for one in ranked],
        "first": first,
        "order": order_words(ranked),
        "firmest": list(firmest_words(ranked, ranges, changes)),
        "ranges": [
            {"criterion": one.criterion, "weight": _plain(one.weight), "words": range_words(one),
             "lowest": _plain(inwards(one)[0]), "highest": _plain(inwards(one)[1])}
            for one in ranges
        ],
        "changes": [change_words(one) for one in changes],
        "shares": [{"name": one.name, "share": float(one.share), "words": per_cent(one.share)} for one in shares.shares],
        "shares_exact": shares.is_exact,
        "dominated": [list(pair) for pair in dominated(appraisal)],
    }  # fmt: skip


def waiting_for(person: Person, *, now: datetime) -> tuple[Waiting, ...]:
    """For a commissioner: procurements of their authority whose options have not been weighed to the end."""
    if not can_begin(person):
        return ()
    done = CompletedAppraisal.objects.filter(appraisal__procurement=OuterRef("pk"))
    rows = Procurement.objects.filter(~Exists(done), lead_id=person.organisation_id, state=ProcurementState.PREPARING)
    return tuple(
        Waiting("Weigh the options for buying", row.name, reverse("tendering:options", args=[row.key]))
        for row in rows.order_by("made_at", "pk")
    )
