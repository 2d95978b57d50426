"""Pages of frameworks and blocks: who opens them, whose objects they show, which private words they may show."""

from typing import Any

from nearhome.privacy.acting import acting_for
from nearhome.procurement.models import (
    BlockAdjustment,
    BlockContract,
    BlockEnding,
    BlockPlace,
    Framework,
    FrameworkApplication,
    UpliftRound,
)
from scenes_whole import Whole
from walked import (
    BUYERS,
    COMMISSIONERS,
    HARBOUR,
    IN_HOUSE,
    KENT_BUYERS,
    MEADOW,
    PORTSMOUTH,
    PROVIDERS,
    Objects,
    everybodys,
    keyed,
)

HOSTED = (
    "new_block", "block_terms", "block_beds", "block_fee", "block_nominations", "block_benchmark", "adjust_block", "end_block",
    "add_block_place", "ready_block_place", "nominate_block_place", "release_block_place", "take_back_block_place",
)  # fmt: skip
READ_BY_BOTH = ("frameworks", "framework", "supplier", "blocks", "block", "block_adjustment", "block_ending")
CONTRACT_ROLES = {
    **{f"procurement:{name}": BUYERS | PROVIDERS for name in READ_BY_BOTH},
    **dict.fromkeys(("procurement:call_offs", "procurement:uplift", "procurement:block_commitment"), BUYERS),
    **{f"procurement:{name}": COMMISSIONERS for name in HOSTED},
    **dict.fromkeys(("procurement:apply", "procurement:apply_with", "procurement:withdraw_application"), PROVIDERS),
    "procurement:application": COMMISSIONERS | PROVIDERS,
    "procurement:approve_uplift": {"approver"},
}
APPLYING = {"applying provider"}
CONTRACT_WORDS = {
    "ZZBLOCK": KENT_BUYERS | PORTSMOUTH | MEADOW,
    "6262.62": KENT_BUYERS | PORTSMOUTH | MEADOW,
    **dict.fromkeys(
        (
            "ZZTERMSREF", "ZZRAMPWORD", "ZZEVIDENCEWORD", "ZZPROVIDERANSWER", "ZZHOSTANSWER", "ZZPLANWORD", "ZZENDREASON",
            "ZZENDREFUSED", "ZZRELEASEWORD",
        ),
        KENT_BUYERS | PORTSMOUTH | MEADOW,
    ),
    "8484.84": KENT_BUYERS | PORTSMOUTH,
    "ZZSPOTSOURCE": KENT_BUYERS | PORTSMOUTH,
    "8181.81": KENT_BUYERS | PORTSMOUTH | MEADOW,
    "8282.82": KENT_BUYERS | PORTSMOUTH | HARBOUR,
    **dict.fromkeys(("8383.83", "ZZAPPLIED", "ZZAPPLIEDTOO", "ZZREFUSED"), {"Kent commissioner"} | APPLYING),
    **dict.fromkeys(("ZZSUSPENDED", "ZZTIERMOVE"), KENT_BUYERS | PORTSMOUTH | MEADOW),
    "ZZCONSENT": KENT_BUYERS | PORTSMOUTH | MEADOW | HARBOUR,
    # Published with the framework: also read by the lead's own service while it is open again.
    **dict.fromkeys(("ZZTIERRULE", "ZZEXTENDED"), KENT_BUYERS | PORTSMOUTH | MEADOW | HARBOUR | IN_HOUSE),
    **dict.fromkeys(("ZZMINUTES", "ZZUPLIFTWHY"), KENT_BUYERS | PORTSMOUTH),
}  # fmt: skip


def framework_pages(whole: Whole) -> Objects:
    """Frameworks for those who call off and supply, and for every provider while open; rounds for those who call off."""
    sellers = {one.organisation_id for one in whole.people.values() if one.has_role("provider")}
    users: dict[int, set[int]] = {}
    suppliers: list[tuple[dict[str, Any], set[int]]] = []
    frameworks = []
    for row, _ in everybodys(Framework, lambda _: set(), whole):
        with acting_for(row.lead_id):
            parties = set(row.parties.values_list("organisation_id", flat=True)) | {row.lead_id}
            admitted = list(row.suppliers.all())
            reopens = row.windows.exists()
        users[row.pk] = parties
        suppliers += [({"key": row.key, "number": one.pk}, parties | {one.provider_id}) for one in admitted]
        frameworks.append(
            ({"key": row.key}, parties | {one.provider_id for one in admitted} | (sellers if reopens else set()))
        )
    names = {
        f"procurement:{name}": frameworks
        for name in ("framework", "tier", "join_framework", "extend", "admit", "reopen", "apply", "propose_uplift")
    }
    names |= {
        f"procurement:{name}": suppliers
        for name in ("supplier", "move_supplier", "suspend", "take_back", "transfer", "rate_card")
    }
    asked = everybodys(FrameworkApplication, lambda row: {row.provider_id, row.framework.lead_id}, whole, "framework")
    names["procurement:application"] = names["procurement:withdraw_application"] = keyed(asked)
    names["procurement:apply_with"] = [
        ({"key": row.framework.key, "registration": row.registration.key}, {row.provider_id})
        for row, _ in everybodys(FrameworkApplication, lambda _: set(), whole, "framework", "registration")
    ]
    rounds = keyed(everybodys(UpliftRound, lambda row: users[row.framework_id], whole))
    names |= {
        f"procurement:{name}_uplift" if name else "procurement:uplift": rounds
        for name in ("", "preview", "vote", "ballot", "approve", "apply", "withdraw")
    }
    names["procurement:propose_block_uplift"] = keyed(everybodys(BlockContract, lambda row: {row.host_id}, whole))
    return names


def block_pages(whole: Whole) -> Objects:
    """Kent's block with its places and changes: read by its parties and its provider, changed by its host."""
    host, parties = {whole.cast.kent.pk}, {whole.cast.kent.pk, whole.cast.portsmouth.pk}
    readers = parties | {whole.cast.meadow.pk}
    blocks = everybodys(BlockContract, lambda _: readers, whole)
    places = [
        ({"key": row.contract.key, "place": row.place.key}, host)
        for row, _ in everybodys(BlockPlace, lambda _: host, whole, "contract", "place")
    ]
    names = {
        "procurement:block": keyed(blocks),
        "procurement:block_commitment": [(key, parties) for key, _ in keyed(blocks)],
    }
    names["procurement:block_adjustment"] = keyed(everybodys(BlockAdjustment, lambda _: readers, whole))
    names["procurement:block_ending"] = keyed(everybodys(BlockEnding, lambda _: readers, whole))
    for name in (
        "block_terms",
        "block_beds",
        "block_fee",
        "block_nominations",
        "block_benchmark",
        "adjust_block",
        "end_block",
        "add_block_place",
    ):
        names[f"procurement:{name}"] = [(key, host) for key, _ in keyed(blocks)]
    for name in ("ready", "nominate", "release", "take_back"):
        names[f"procurement:{name}_block_place"] = places
    return names
