"""How far does this home answer what the child said they want, wish by wish?"""

from dataclasses import replace

from nearhome.matching.calculations.candidates import Candidate, Search
from nearhome.matching.calculations.criteria import nearness
from nearhome.matching.calculations.measured import Measured, not_known
from nearhome.matching.calculations.policy import Policy
from nearhome.referrals.calculations.profile import Wish

_MEASURED_BY = {"place": nearness("home"), "people": nearness("family"), "school": nearness("school")}


def wishes_answered(search: Search, home: Candidate, policy: Policy) -> tuple[Measured, ...]:
    """One result for each wish, in the child's order.

    A person's answer for this home (`wishes_met`) comes first. Otherwise wishes about place, people and school are
    measured by miles to home, family and school, about pets by whether there are any, about culture by whether the
    home can meet cultural needs. Any other wish needs a person, and is left out of the score until then. The
    weight of all wishes together is shared among them by how much each matters.
    """
    shares = [
        policy.scale("wish_a_lot" if wish.matters == "a lot" else "wish_a_little") for wish in search.profile.wishes
    ]
    whole = sum(shares) or 1.0
    return tuple(
        replace(_answered(wish, search, home, policy), share=share / whole)
        for wish, share in zip(search.profile.wishes, shares, strict=True)
    )


def _answered(wish: Wish, search: Search, home: Candidate, policy: Policy) -> Measured:
    said = dict(home.wishes_met).get(wish.text)
    if said is not None:
        return _yes_or_no(wish, said, "yes" if said else "no")
    if wish.kind == "pets" and home.pets is not None:
        return _yes_or_no(wish, home.pets, "there are pets" if home.pets else "there are no pets")
    if wish.kind == "culture" and home.meets_cultural_needs is not None:
        words = "it can meet cultural needs" if home.meets_cultural_needs else "it cannot meet cultural needs"
        return _yes_or_no(wish, home.meets_cultural_needs, words)
    measured = _by_distance(wish, search, home, policy)
    if measured is None or measured.scale is None:
        return not_known("wishes", f"“{wish.text}”. Someone needs to ask")
    return replace(measured, criterion="wishes", words=f"“{wish.text}”: {measured.words}")


def _by_distance(wish: Wish, search: Search, home: Candidate, policy: Policy) -> Measured | None:
    measure = _MEASURED_BY.get(wish.kind)
    return measure(search, home, policy) if measure else None


def _yes_or_no(wish: Wish, is_met: bool, words: str) -> Measured:
    return Measured("wishes", f"“{wish.text}”: {words}", float(is_met))
