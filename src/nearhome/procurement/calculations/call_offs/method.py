"""May this home be called off directly, was there a competition, or is a waiver owed?

A placement is taken from a framework without further competition only where there is one supplier, or the framework
sets an objective mechanism for choosing (Procurement Act 2023, section 45(4), as public guidance gives it: procurement
rule FW-2, not read in the statute); from a dynamic market or purchasing system never. Otherwise every supplier of the
step is asked and the offers are compared. What these rules do not allow, and buying singly although a contract covers
the kind of home, needs a waiver: a ground, a narrative and somebody else's approval.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from nearhome.procurement.calculations.call_offs.order import KINDS, Eligible, Step

METHODS = {
    "own": "Own provision",
    "block": "Called off from the block",
    "direct": "Direct call-off",
    "mini_competition": "Mini-competition",
    "spot": "Single purchase (spot)",
}


@dataclass(frozen=True, slots=True)
class FrameworkRules:
    """What a framework says of choosing in a tier: an objective rule in words ("" if none), or competition always.

    `single_supplier`: one supplier alone is admitted to the framework, not one of a tier or one that could take a child.
    """

    objective_rule: str = ""
    competes_always: bool = False
    single_supplier: bool = False


@dataclass(frozen=True, slots=True)
class Method:
    """How a home would be called off, one of METHODS; `waiver` says why one is owed, "" if none is; `words` the reason."""

    name: str
    words: str
    waiver: str = ""


def method_of(homes: Iterable[Eligible], chosen: Step, *, rules: FrameworkRules, covered: bool) -> Method:
    """How the chosen home, of the step `chosen`, is bought. `homes` are all that could take the child.

    `covered`: the authority has a framework or block for this kind of home.
    """
    kind = KINDS[chosen.number]
    if kind == "own":
        return Method("own", "The authority's own provision: nothing is bought.")
    if kind == "block":
        return Method("block", "The bed is bought already; the block contract says who may use it.")
    if kind == "spot":
        why = "A framework or block covers this kind of home, and this is bought outside it." if covered else ""
        return Method("spot", why or "No framework or block of the authority covers this kind of home.", why)
    return _from_framework([home for home in homes if home.step == chosen], rules)


def _from_framework(homes: list[Eligible], rules: FrameworkRules) -> Method:
    suppliers = {home.supplier for home in homes}
    missing = suppliers - {home.supplier for home in homes if home.asked_at is not None}
    if len(suppliers) > 1 and not missing:
        return Method(
            "mini_competition", f"All {len(suppliers)} suppliers of this tier that could take the child were asked."
        )
    if not rules.competes_always and rules.objective_rule:
        return Method("direct", f"The framework says how to choose: {rules.objective_rule}")
    if not rules.competes_always and rules.single_supplier:
        return Method("direct", "The framework has one supplier.")
    if rules.competes_always and not missing:
        return Method("mini_competition", "The one supplier of this tier that could take the child was asked.")
    if len(suppliers) <= 1 and not rules.competes_always:
        why = (
            "Only one supplier of this tier could take the child, but the framework has others and no rule for choosing"
            " without asking them."
        )
        return Method("direct", why, why)
    why = (
        f"{len(missing)} of {len(suppliers)} suppliers of this tier that could take the child were not asked, and the"
        " framework has no rule for choosing without asking them."
    )
    return Method("direct", why, why)
