"""The saved ranking as a page shows it: twenty homes at a time, the rest counted, all of it to download."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator

from nearhome.design import wording
from nearhome.design.tables import Column, Table, Tag
from nearhome.geography.calculations.distance import Point
from nearhome.matching.calculations.feasibility import RULES
from nearhome.matching.calculations.rule import plural
from nearhome.matching.models import SavedRanking
from nearhome.matching.permissions import can_choose
from nearhome.matching.queries.drawn_map import DrawnMap, Mark, draw_map
from nearhome.matching.queries.facts_there import conditions_of
from nearhome.matching.queries.masking import unmasked, words_behind
from nearhome.matching.queries.searching import centre_of, dfe_code_of
from nearhome.matching.queries.travelling import how_measured
from nearhome.matching.queries.weighing import (
    DecidesShown,
    decides_shown,
    kept_policy,
    kept_ranking,
    last_with_policy,
    nearly_possible,
)
from nearhome.people.models import Person
from nearhome.referrals.calculations.profile import NeedsProfile, skills_needed
from nearhome.referrals.models import Invitation, Referral
from nearhome.referrals.queries.inviting import referral_of
from nearhome.referrals.queries.profile import profile_of
from nearhome.referrals.queries.recording import ChildShown, child_shown, history_shown
from nearhome.referrals.queries.standing import answer_tag, homes_still_asked
from nearhome.referrals.reference.skills import SKILLS
from nearhome.referrals.states import ReferralState

A_PAGE = 20
KIND_WORDS = {
    "childrens_home": "Children's home",
    "foster": "Fostering household",
    "supported_accommodation": "Supported accommodation",
}
AREA_WORDS = {"in_area": "In area", "adjoining": "Adjoining", "at_a_distance": "At a distance"}
RULE_NAMES = {rule.id: rule.name for rule in RULES}


@dataclass(frozen=True)
class RankedShown:
    """One possible home, with its reasons; those far down the list have fewer."""

    key: str
    position: int
    name: str
    kind: str
    tag: Tag | None
    is_invited: bool
    facts: Sequence[tuple[str, str]]
    in_short: str
    reasons: Sequence[tuple[str, str]]
    asks: Sequence[str]
    missing: Sequence[str]
    not_by: Sequence[str]
    why_here: str


@dataclass(frozen=True)
class HomesPage:
    """Everything on the page of homes for one child; `saved` is None until homes have been looked for."""

    referral: Referral
    child: ChildShown
    needs: Sequence[tuple[str, str]]
    can_rank: bool
    can_invite: bool
    history: Sequence[dict[str, Any]]
    saved: SavedRanking | None = None
    is_old: bool = False
    page: Page[Any] | None = None
    homes: Sequence[RankedShown] = ()
    kind: str = ""
    kinds: Sequence[tuple[str, str, int]] = ()
    possible: int = 0
    looked_at: int = 0
    ranked_table: Table | None = None
    refused_table: Table | None = None
    refused_shown: Table | None = None
    by_rule: Table | None = None
    no_place_words: str = ""
    measured: str = ""
    map: DrawnMap | None = None
    nearly: Sequence[tuple[str, str]] = ()
    decides: DecidesShown | None = None


def latest_ranking(referral: Referral) -> SavedRanking | None:
    """The last ranking made for a referral, without its inputs, which are large."""
    rows = SavedRanking.objects.filter(referral=referral).select_related("made_by").defer("inputs")
    return rows.order_by("made_at", "pk").last()


def homes_page(person: Person, key: UUID, *, kind: str, number: str, now: datetime) -> HomesPage:
    """The homes for one child as last ranked. Raises Http404 when the referral is not the person's to see."""
    referral = referral_of(person, str(key))
    profile, may = profile_of(referral), can_choose(person, referral)
    is_open = referral.state == ReferralState.SEARCHING
    first = HomesPage(
        referral=referral,
        child=child_shown(referral.child, today=now.astimezone(wording.LONDON).date()),
        needs=needs_in_words(profile),
        can_rank=may and referral.state in (ReferralState.SEARCHING, ReferralState.SELECTED),
        can_invite=may and is_open,
        history=history_shown(referral),
    )
    saved = last_with_policy(referral)
    if saved is None:
        return first
    shown = _shown(referral, profile, saved, kind if kind in KIND_WORDS else "", number, now)
    return HomesPage(**{name: getattr(first, name) for name in _FIRST}, **shown)


_FIRST = ("referral", "child", "needs", "can_rank", "can_invite", "history")


def needs_in_words(profile: NeedsProfile) -> tuple[tuple[str, str], ...]:
    """What the child needs and wants, as pairs of heading and words."""
    levels = [(need.level, SKILLS.label_for(need.skill)) for need in skills_needed(profile)]
    near = [place.label for place in profile.important_places if place.kind != "avoid"]
    avoid = [
        f"{place.label}" + (f" by {place.within_miles:g} miles" if place.within_miles is not None else "")
        for place in profile.important_places
        if place.kind == "avoid"
    ]
    conditions = "; ".join(one.words for one in conditions_of(profile))
    ordered = (("Conditions of bail or of a court", conditions),) if conditions else ()
    return (
        ("Essential", "; ".join(words for level, words in levels if level == "essential") or "None recorded"),
        ("Would help", "; ".join(words for level, words in levels if level == "helps") or "None recorded"),
        ("The child wants", "; ".join(f"“{wish.text}”" for wish in profile.wishes) or "Not recorded"),
        ("Near to", "; ".join(near) or "No place recorded"),
        ("Away from", "; ".join(avoid) or "No place recorded"),
        *ordered,
    )


def _shown(
    referral: Referral, profile: NeedsProfile, saved: SavedRanking, kind: str, number: str, now: datetime
) -> dict[str, Any]:
    result = saved.result
    every = [*result["ranked"], *result["rest"]]
    listed = [home for home in every if not kind or home["kind"] == kind]
    page = Paginator(listed, A_PAGE).get_page(number)
    tags, behind = _invited(referral, now), words_behind(profile, referral.key)
    asked = homes_still_asked(referral, now)
    refused = len(result["nearest"]) + len(result["others"])
    no_place = sum(result["no_place_further_away"].values())
    return {
        "saved": saved,
        "is_old": saved.made_at.astimezone(wording.LONDON).date() != now.astimezone(wording.LONDON).date(),
        "page": page,
        "homes": tuple(_ranked(home, tags, behind, asked) for home in page.object_list),
        "kind": kind,
        "kinds": _kinds(every),
        "possible": len(every),
        "looked_at": len(every) + refused + no_place,
        "ranked_table": _ranked_table(listed, tags),
        "refused_table": _refused_table(result["nearest"], result["others"], behind),
        "refused_shown": _refused_table(result["nearest"], (), behind),
        "by_rule": _by_rule(result["by_rule"]),
        "no_place_words": _no_place(result["no_place_further_away"]),
        "measured": how_measured(result),
        "nearly": nearly_possible(result, behind),
        "decides": decides_shown(kept_ranking(result), kept_policy(saved)),
        "map": _map(result["marks"], kind, page.object_list, profile, referral),
    }


def _kinds(every: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, str, int], ...]:
    counts = Counter(home["kind"] for home in every)
    return tuple((kind, words, counts[kind]) for kind, words in KIND_WORDS.items() if counts[kind])


def _invited(referral: Referral, now: datetime) -> dict[str, Tag]:
    rows = Invitation.objects.filter(referral=referral).select_related("home", "offer").order_by("sent_at", "pk")
    return {str(row.home.key): answer_tag(row, now) for row in rows}


def _ranked(
    home: Mapping[str, Any], tags: Mapping[str, Tag], behind: Mapping[str, str], asked: frozenset[str]
) -> RankedShown:
    tag = tags.get(home["home_ref"])
    return RankedShown(
        key=home["home_ref"],
        position=home["position"],
        name=home["home_name"],
        kind=KIND_WORDS[home["kind"]],
        tag=tag,
        is_invited=home["home_ref"] in asked,
        facts=_facts(home),
        in_short=_in_short(home),
        reasons=tuple(
            (
                unmasked(part["words"], behind),
                f"{part['points']:.1f} points" if part["scale"] is not None else "left out",
            )
            for part in home.get("contributions", ())
        ),
        asks=tuple(unmasked(ask["words"], behind) for ask in home.get("asks", ())),
        missing=tuple(unmasked(words, behind) for words in home.get("missing", ())),
        not_by=tuple(home.get("routes_not_available", ())),
        why_here=home["why_here"],
    )


def _facts(home: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    price, usual = home["weekly_price_pence"], home.get("comparable_price_pence")
    against = f"; comparable places {wording.weekly(usual)}" if usual else ""
    return (
        ("Essential needs not met", str(home["unmet_essential"])),
        ("Distance", _distance(home)),
        ("Area", AREA_WORDS.get(home["relation"], "Not known")),
        ("Contract", home["route"]["words"]),
        ("Price", wording.weekly(price) + against if price is not None else "Not known"),
        ("Score", f"{home['total']:.1f} out of 100, {wording.percent(home['confidence'])} of it on known facts"),
    )


def _in_short(home: Mapping[str, Any]) -> str:
    """What decides, in a line: needs, distance, contract, price and score."""
    unmet, price = home["unmet_essential"], home["weekly_price_pence"]
    parts = (
        "no essential need unmet" if not unmet else f"{plural(unmet, 'essential need')} not shown to be met",
        _distance(home) if home["miles_home"] is not None else "",
        home["route"]["words"],
        wording.weekly(price) if price is not None else "",
        f"score {home['total']:.1f}",
    )
    return "; ".join(part for part in parts if part)


def _distance(home: Mapping[str, Any]) -> str:
    known = [(name, home[f"miles_{name}"]) for name in ("home", "school", "family")]
    words = [f"{wording.miles(miles) or '0 miles'} from {name}" for name, miles in known if miles is not None]
    return "; ".join(words) or "Not known"


def _ranked_table(homes: Sequence[Mapping[str, Any]], tags: Mapping[str, Tag]) -> Table:
    columns = (
        Column("Place in the list", "number"), Column("Home"), Column("Kind"), Column("Essential needs not met", "number"),
        Column("Need fit", "number"), Column("Score", "number"), Column("Contract"), Column("Price a week", "weekly"),
        Column("Miles from home", "miles"), Column("Miles from school", "miles"), Column("Miles from family", "miles"),
        Column("Area"), Column("Known facts", "percent"), Column("Why here"), Column("Invitation"),
    )  # fmt: skip
    rows = tuple(
        (
            home["position"], home["home_name"], KIND_WORDS[home["kind"]], home["unmet_essential"], home["need_fit"],
            home["total"], home["route"]["words"], home["weekly_price_pence"], home["miles_home"],
            home["miles_school"], home["miles_family"], AREA_WORDS.get(home["relation"], ""), home["confidence"],
            home["why_here"], tags.get(home["home_ref"]),
        )
        for home in homes
    )  # fmt: skip
    return Table("Homes that could take the child", columns, rows, slug="homes")


def _refused_table(
    nearest: Sequence[Mapping[str, Any]], others: Sequence[Sequence[Any]], behind: Mapping[str, str]
) -> Table:
    columns = (
        Column("Home"), Column("Kind"), Column("Miles from the child's home", "miles"), Column("Why not"),
        Column("Would be possible if"),
    )  # fmt: skip
    full = [
        (
            home["home_name"], KIND_WORDS[home["kind"]], home["miles"],
            "; ".join(f"{one['rule_name']}: {unmasked(one['words'], behind)}" for one in home["reasons"]),
            unmasked(home["would_be_possible_if"] or "", behind),
        )
        for home in nearest
    ]  # fmt: skip
    short = [
        (name, KIND_WORDS[kind], miles, "; ".join(RULE_NAMES.get(rule, rule) for rule in rules), "")
        for _, name, kind, miles, rules in others
    ]
    none = "Every home on record could take the child."
    return Table("Homes that are not possible", columns, (*full, *short), when_empty=none, slug="not-possible")


def _by_rule(rows: Sequence[Sequence[Any]]) -> Table:
    columns = (Column("Rule"), Column("Homes it rules out", "number"), Column("It alone", "number"))
    shown = tuple((f"{name} ({rule})", count, alone) for rule, name, count, alone in rows)
    return Table(
        "Why homes are not possible, by rule", columns, shown, when_empty="No rule refuses a home.", slug="rules"
    )


def _no_place(counts: Mapping[str, int]) -> str:
    if not counts:
        return ""
    parts = [f"{KIND_WORDS[kind].lower()}: {count:,}" for kind, count in counts.items()]
    return (
        f"{sum(counts.values()):,} more homes further away have no free place on the day, and were not looked at any"
        f" further ({'; '.join(parts)})."
    )


def _map(
    marks: Sequence[Sequence[Any]], kind: str, listed: Any, profile: NeedsProfile, referral: Referral
) -> DrawnMap | None:
    drawn = [Mark(number, Point(e, n)) for number, of, e, n in marks if e is not None and (not kind or of == kind)]
    numbers = {home["position"] for home in listed}
    return draw_map(drawn, numbers, profile, centre_of(profile), dfe_code_of(referral.authority_id))
