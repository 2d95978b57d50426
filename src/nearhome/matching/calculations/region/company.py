"""Which children of the plan must not be placed in one home: recorded conflicts, and company that does not suit."""

from nearhome.matching.calculations.region.records import ONLY_OLDER, ONLY_YOUNGER, Region, Waiting


def apart_pairs(region: Region) -> list[tuple[str, str]]:
    """Pairs in order of reference: those told, and those of whom one may only live with older or younger children.

    A mover who must live alone is kept apart from all, and every mover from a child who must be alone where the mover
    lives: beds alone cannot say when the one has left. Brothers and sisters of one group are not held apart by age. A child whose age is not known is asked about
    elsewhere, not held apart. Children who share no possible home are left out.
    """
    homes = {child.child_ref: _homes(child) for child in region.waiting}
    told = {tuple(sorted(pair)) for pair in region.apart if pair[0] in homes and pair[1] in homes}
    choosy = [child for child in region.waiting if child.company and child.age_years is not None]
    unfit = {
        tuple(sorted((child.child_ref, other.child_ref)))
        for child in choosy
        for other in region.waiting
        if other.child_ref != child.child_ref and not _suits(child, other)
    }
    pairs = sorted((one, other) for one, other in told | unfit | _alone(region))
    return [(one, other) for one, other in pairs if homes[one] & homes[other]]


def _alone(region: Region) -> set[tuple[str, ...]]:
    alone_at = {
        child.child_ref: {option.home_ref for option in child.options if option.takes_all} for child in region.waiting
    }
    return {
        tuple(sorted((mover.child_ref, child.child_ref)))
        for mover in region.waiting
        for child in region.waiting
        if mover.moves_from and child is not mover
        if alone_at[mover.child_ref] or mover.moves_from in alone_at[child.child_ref]
    }


def _suits(child: Waiting, other: Waiting) -> bool:
    if child.age_years is None or other.age_years is None or (child.group and child.group == other.group):
        return True
    if child.company == ONLY_OLDER:
        return other.age_years > child.age_years
    if child.company == ONLY_YOUNGER:
        return other.age_years < child.age_years
    return True


def _homes(child: Waiting) -> set[str]:
    return {option.home_ref for option in child.options} | ({child.moves_from} - {""})
