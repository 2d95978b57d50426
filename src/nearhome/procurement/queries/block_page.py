"""What the page of one block says in words: its terms, its beds by date, and the one next step."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from nearhome.design import wording
from nearhome.procurement.calculations.blocks.capacity import beds_on, ready_steps, standing
from nearhome.procurement.models import BlockCapacity, BlockContract
from nearhome.procurement.permissions import can_host
from nearhome.procurement.queries.block_changes import after_the_end
from nearhome.procurement.queries.block_places import PlaceShown
from nearhome.procurement.queries.block_records import contracted_steps, fees_of, latest_terms, ready_places
from nearhome.procurement.queries.blocks import beds_today, opens_by, waiting_about

NOT_SET = "Not on record"


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do next, in words, with its address if the person can do it."""

    words: str
    link: str = ""
    href: str = ""


def capacity_rows(contract: BlockContract, today: date) -> list[tuple[date, int, int | None, str]]:
    """(from, beds contracted, beds ready on that day or None if it is to come, reason)."""
    reasons = {row.starts_on: row.reason for row in BlockCapacity.objects.filter(contract=contract).order_by("pk")}
    ready = standing(ready_steps(ready_places(contract)))
    return [
        (step.starts_on, step.beds, beds_on(ready, step.starts_on) if step.starts_on <= today else None,
         reasons.get(step.starts_on, "As the places became ready"))
        for step in contracted_steps(contract)
    ]  # fmt: skip


def terms_shown(contract: BlockContract) -> list[tuple[str, str]]:
    """The terms that stand, as key and value."""
    terms = latest_terms(contract)
    shown = [
        ("First day", wording.date(contract.starts_on)),
        ("Ends before", wording.date(contract.ends_before) or NOT_SET),
    ]
    if terms is None:
        return [*shown, ("Terms", NOT_SET)]
    rise = {"none": "None within the term", "fixed": f"{terms.indexation_bp / 100:g}% on each anniversary"}
    capped = f"CPI on each anniversary, at most {terms.indexation_bp / 100:g}%"
    months = [wording.plural(months, "month") for months in terms.extension_months]
    opens = opens_by(contract, terms)
    shown += [
        ("Regime", terms.get_regime_display()),
        ("Reference", terms.reference or NOT_SET),
        ("First beds open by", wording.date(opens)),
        ("The fee rises", rise.get(terms.indexation, capped)),
        ("Notice of an early end", wording.plural(terms.notice_days, "day")),
        ("First refusal", f"{wording.plural(terms.first_refusal_days, 'day')} empty, then offered to the partners"),
        ("Extensions", wording.nice_list(months) or "None"),
        ("Breaks", wording.nice_list([wording.date(day) for day in terms.break_dates]) or "None"),
        (
            "Beds can be adjusted",
            wording.nice_list([wording.date(day) for day in terms.adjustment_dates]) or "On any day",
        ),
    ]
    if contract.ends_before:
        shown.append(("Once it has ended", after_the_end(terms.regime, contract.ends_before)))
    return [*shown, ("Version", f"{terms.version}, set by {terms.set_by} on {wording.date(terms.set_at)}")]


def what_next(person: Any, contract: BlockContract, places: list[PlaceShown], today: date) -> NextStep:
    """The one thing that moves the block on, for this person."""
    waiting = waiting_about(person, contract, today)
    if waiting:
        return NextStep(
            f"{waiting[0].about.partition(': ')[2] or waiting[0].about}.", waiting[0].words, waiting[0].href
        )
    if not can_host(person, contract.host_id):
        return NextStep("Nothing here waits for you.")
    return _to_record(contract, places, today)


def _to_record(contract: BlockContract, places: list[PlaceShown], today: date) -> NextStep:
    def to(name: str) -> str:
        return reverse(f"procurement:{name}", args=[contract.key])

    if latest_terms(contract) is None:
        return NextStep(
            "Its terms are not on record: regime, breaks, notice and first refusal.", "Set the terms", to("block_terms")
        )
    if not contracted_steps(contract):
        return NextStep("Its beds are not on record.", "Say how many beds open when", to("block_beds"))
    if not fees_of(contract):
        return NextStep("Its fee is not on record.", "Set the fee", to("block_fee"))
    beds, coming = beds_today(contract, places, today), [one for one in places if one.state == "Mobilising"]
    if coming and beds.ready < beds.contracted:
        href = reverse("procurement:ready_block_place", args=[contract.key, coming[0].row.place.key])
        words = f"{beds.ready} of {wording.plural(beds.contracted, 'bed')} contracted by today are ready."
        return NextStep(words, f"Mark {coming[0].name} as ready", href)
    most = max(step.beds for step in contracted_steps(contract))
    if len([one for one in places if one.state != "Ended"]) < most:
        words = f"{len(places)} of {wording.plural(most, 'place')} are named."
        return NextStep(words, "Add a place", to("add_block_place"))
    return NextStep(
        f"{beds.occupied} of {wording.plural(beds.ready, 'ready bed')} are occupied.",
        "See what it commits to",
        to("block_commitment"),
    )
