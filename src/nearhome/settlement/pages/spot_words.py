"""The answer in one sentence: is the partnership cheaper than spot, by how much, for whom, with voids counted?"""

from collections.abc import Sequence

from nearhome.design.wording import money, nice_list, percent, plural
from nearhome.settlement.queries.against_spot import AllBlocks, BlockAgainstSpot, Line

VOIDS = "with empty beds counted"


def whole_answer(every: AllBlocks) -> str:
    """About all blocks together."""
    if not every.blocks:
        return "Nothing can be said yet: no month of a block has been posted."
    subject = "The blocks have" if len(every.blocks) > 1 else "The block has"
    return _answer(subject, every.total, every.authorities)


def block_answer(one: BlockAgainstSpot) -> str:
    """About one block."""
    if not one.compared.months:
        return "Nothing can be said yet: no month of this block has been posted."
    return _answer("The block has", one.compared.total, one.compared.authorities)


def break_even_words(one: BlockAgainstSpot) -> str:
    """How full the block was and had to be, over all months; for its host, who sees every bed. Empty where not known."""
    months = [each for each in one.compared.months if each.available_nights]
    needed = [each.break_even_nights for each in months if each.break_even_nights is not None]
    available = sum(each.available_nights for each in months)
    if not one.is_host or not available:
        return ""
    lived = f"Children lived there on {percent(one.compared.total.child_nights / available)} of the nights on which its places were open"
    without = f" {plural(one.empty_months, 'month')} had no child at all." if one.empty_months else ""
    if len(needed) < len(months):
        return f"{lived}.{without}"
    share = sum(needed) / available
    more = "more than every bed was needed" if share > 1 else f"{percent(share)} was needed"
    return f"{lived}; {more} to cost no more than spot.{without}"


def _answer(subject: str, total: Line, authorities: Sequence[tuple[str, Line]]) -> str:
    saving = total.saving_pence
    if saving is None:
        return "Nothing can be said yet: a month with a child has no spot price to be held against."
    start = {1: "Yes. ", -1: "No. ", 0: ""}[(saving > 0) - (saving < 0)]
    if not saving:
        return f"{subject} cost exactly what spot would have, {VOIDS}."
    compared = (
        f"{start}{subject} cost {money(abs(saving))} {'less' if saving > 0 else 'more'} than spot would have, {VOIDS}"
    )
    return f"{compared}{_for_whom(authorities)}."


def _for_whom(authorities: Sequence[tuple[str, Line]]) -> str:
    if len(authorities) < 2:
        return f", for {authorities[0][0]}" if authorities else ""
    known = [(name, line.saving_pence or 0) for name, line in authorities]
    cheaper = [f"{name} by {money(pence)}" for name, pence in known if pence > 0]
    dearer = [f"{name} by {money(-pence)}" for name, pence in known if pence < 0]
    parts = [
        f"cheaper for {nice_list(cheaper)}" if cheaper else "", f"dearer for {nice_list(dearer)}" if dearer else ""
    ]  # fmt: skip
    said = "; ".join(part for part in parts if part)
    return f": {said}" if said else ""
