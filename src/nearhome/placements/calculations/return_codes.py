"""Which codes of the statutory return describe this placement, and its ending?

Source: PLACE, PLACE_PROVIDER, REASON_PLACE_CHANGE and REC of the SSDA903 return. The labels of REC and
REASON_PLACE_CHANGE are shortened here.
"""

CONTINUES = "X1"
REASONS_FOR_MOVE = {
    "CARPL": "The care plan said so",
    "CLOSE": "The carer resigned or the home closed",
    "ALLEG": "An allegation",
    "STAND": "Concerns about standards of care",
    "APPRR": "The carer's approval was removed",
    "CREQB": "The carer asked, because of the child's behaviour",
    "CREQO": "The carer asked, for another reason",
    "CHILD": "The child asked",
    "LAREQ": "The responsible or area authority asked",
    "PLACE": "Only the status of the placement changed",
    "CUSTOD": "Custody",
    "OTHER": "Another reason for a move",
}
REASONS_CARE_CEASED = {
    "E4A": "Returned home, planned",
    "E4B": "Returned home, unplanned",
    "E13": "Left to live with somebody without parental responsibility",
    "E41": "Residence or child arrangements order",
    "E45": "Special guardianship: former foster carer who is a relative or friend",
    "E46": "Special guardianship: former foster carer, other",
    "E47": "Special guardianship: another carer who is a relative or friend",
    "E48": "Special guardianship: another carer, other",
    "E11": "Adopted, unopposed",
    "E12": "Adopted, consent dispensed with",
    "E5": "Independent living with formal support",
    "E6": "Independent living without formal support",
    "E7": "Residential care funded by adult services",
    "E17": "Turned 18 and stayed with the carers",
    "E15": "Assessed as 18 or over",
    "E3": "Care taken over by another authority",
    "E9": "Sentenced to custody",
    "E14": "Remand accommodation ended",
    "E16": "Moved abroad",
    "E2": "Died",
    "E8": "Care ceased for another reason",
}
END_REASONS = REASONS_FOR_MOVE | REASONS_CARE_CEASED
LEGAL_STATUSES = {
    "V2": "Section 20, accommodated by agreement",
    "C1": "Interim care order",
    "C2": "Care order",
    "L1": "Police protection",
    "L2": "Emergency protection order",
    "L3": "Child assessment order",
    "E1": "Placement order",
    "J1": "Remanded",
    "J2": "Accommodated under PACE",
    "J3": "Youth rehabilitation order",
}
NEEDS = {
    "N1": "Abuse or neglect",
    "N2": "The child's disability",
    "N3": "A parent's illness or disability",
    "N4": "Family in acute stress",
    "N5": "Family dysfunction",
    "N6": "Socially unacceptable behaviour",
    "N7": "Low income",
    "N8": "Absent parenting",
}
_PLACE_TYPES = {"childrens_home": "K2", "supported_accommodation": "K3"}


def place_type(home_kind: str, *, is_long_term: bool) -> str:
    """PLACE of a home: K2, K3, and for fostering U4 (long term) or U6. Friends and family are not told apart here."""
    return _PLACE_TYPES.get(home_kind) or ("U4" if is_long_term else "U6")


def place_provider(sector: str, *, is_own: bool, is_authority: bool) -> str:
    """PLACE_PROVIDER: PR1 the child's own authority, PR2 another, else by the register's sector: PR5, PR3 or PR4."""
    if is_own:
        return "PR1"
    if is_authority:
        return "PR2"
    said = sector.casefold()
    if "volunt" in said or "third" in said or "charit" in said:
        return "PR5"
    return "PR3" if "health" in said or "public" in said or "authority" in said else "PR4"


def reason_ceased(code: str) -> str:
    """REC for an ending with this reason: X1 where the child moves on. Raises KeyError for an unknown code."""
    return CONTINUES if code in REASONS_FOR_MOVE else {one: one for one in REASONS_CARE_CEASED}[code]
