"""What no one publishes and we had to choose, in one place. Change these, never the published figures.

Shares of the unaccompanied are ours; the shares of everyone else are the published totals less them.
"""

from collections.abc import Mapping

UNACCOMPANIED: Mapping[tuple[str, str], Mapping[str, float]] = {
    ("stock", "age"): {"10-15": 0.10, "16-17": 0.90},
    ("starts", "age"): {"10-15": 0.25, "16-17": 0.75},
    ("stock", "sex"): {"M": 0.96, "F": 0.04},
    ("stock", "ethnic_group"): {
        "White": 0.07,
        "Mixed": 0.01,
        "Black": 0.35,
        "Asian": 0.20,
        "Other": 0.35,
        "Unknown": 0.02,
    },
    ("stock", "need"): {"N8": 0.97, "N1": 0.03},
    ("starts", "need"): {"N8": 0.98, "N1": 0.02},
    ("stock", "legal"): {"section 20": 0.98, "full care order": 0.02},
    ("starts", "legal"): {"section 20": 1.0},
}

ETHNIC_CODES = {
    "White": {"WBRI": 0.90, "WIRI": 0.01, "WOTH": 0.06, "WIRT": 0.01, "WROM": 0.02},
    "Mixed": {"MWBC": 0.40, "MWBA": 0.15, "MWAS": 0.20, "MOTH": 0.25},
    "Black": {"BCRB": 0.25, "BAFR": 0.55, "BOTH": 0.20},
    "Asian": {"AIND": 0.15, "APKN": 0.35, "ABAN": 0.15, "AOTH": 0.30, "CHNE": 0.05},
    "Other": {"OOTH": 1.0},
    "Unknown": {"REFU": 0.3, "NOBT": 0.7},
}
ETHNIC_CODES_UNACCOMPANIED = ETHNIC_CODES | {
    "White": {"WOTH": 1.0},
    "Black": {"BAFR": 1.0},
    "Asian": {"AOTH": 0.9, "ABAN": 0.1},
    "Unknown": {"NOBT": 1.0},
}

AGE_GROUPS = {"0": (0, 1), "1-4": (1, 5), "5-9": (5, 10), "10-15": (10, 16), "16-17": (16, 18)}
ARRIVED_BY_AGE = {"0": 1e9, "1-4": 0.42, "5-9": 0.25, "10-15": 0.155, "16-17": 0.13}

# How care ends: (code, youngest, before age; 18 means on the eighteenth birthday, likely for those who came and went)
ENDINGS = {
    "E12": (0, 7, 0.0),
    "E11": (0, 7, 0.0),
    "E45": (0, 7, 0.1),
    "E46": (0, 7, 0.3),
    "E48": (0, 7, 0.3),
    "E4A": (0, 18, 2.0),
    "E4B": (8, 18, 3.0),
    "E13": (0, 17, 2.5),
    "E41": (0, 8, 1.0),
    "E16": (0, 17, 1.0),
    "E9": (15, 18, 0.5),
    "E14": (14, 18, 3.0),
    "E3": (1, 17, 1.0),
    "E2": (0, 17, 0.5),
    "E17": (18, 18, 0.02),
    "E5": (18, 18, 0.1),
    "E6": (18, 18, 0.1),
    "E7": (18, 18, 0.0),
    "E8": (18, 18, 0.1),
}
ENDINGS_EVERYONE_ELSE = {
    "E12": 320, "E11": 80, "E45": 125, "E46": 145, "E48": 140, "E4A": 780, "E4B": 150, "E13": 310, "E41": 120, "E16": 10,
    "E9": 30, "E14": 20, "E3": 70, "E2": 10, "E17": 660, "E5": 300, "E6": 60, "E7": 80, "E8": 90,
}  # fmt: skip
ENDINGS_PORT = {"E3": 83.0, "E15": 1.8, "E17": 4.0, "E5": 5.5, "E6": 1.1, "E8": 4.2, "E16": 0.4}
ENDINGS_UNACCOMPANIED = {"E3": 7.0, "E15": 1.5, "E17": 21.0, "E5": 40.0, "E6": 7.5, "E8": 22.0, "E16": 1.0}

LEGAL_CODES = {
    "full care order": "C2",
    "interim care order": "C1",
    "placement order": "E1",
    "section 20": "V2",
    "youth justice": "J1",
    "police protection": "L1",
    "emergency protection order": "L2",
}
LEGAL_AT_END: Mapping[str, Mapping[str, float]] = {
    "E12": {"E1": 1.0}, "E11": {"E1": 1.0}, "E45": {"C2": 6, "C1": 4}, "E46": {"C2": 6, "C1": 4}, "E48": {"C2": 6, "C1": 4},
    "E4A": {"V2": 50, "C2": 20, "C1": 30}, "E4B": {"V2": 7, "C1": 3}, "E13": {"V2": 55, "C1": 35, "C2": 10},
    "E41": {"C1": 6, "C2": 4}, "E14": {"J1": 1}, "E9": {"C2": 5, "V2": 4, "J1": 1},
    "E17": {"C2": 85, "V2": 15},
}  # fmt: skip
LEGAL_AT_END_OTHERWISE: Mapping[str, float] = {"C2": 70, "V2": 30}

# For a child with this status now: the likely status at the start of care this year.
LEGAL_AT_START = {
    "V2": {"V2": 1.0},
    "C1": {"C1": 0.47, "V2": 0.16, "L1": 0.27, "L2": 0.10},
    "C2": {"C1": 0.82, "L1": 0.14, "C2": 0.04},
    "E1": {"C1": 1.0},
    "J1": {"J1": 1.0},
    "L1": {"L1": 1.0},
}
# For a child in care all along: the chance that the status changed in the year, and from what.
LEGAL_BEFORE = {"C2": (0.10, "C1"), "C1": (0.04, "V2"), "E1": (0.45, "C1")}

REST_OF_PLACEMENTS = ("parents", "adoption", "other residential", "school", "other")
KINSHIP_OF_FOSTER = 0.228  # freedom of information, 150 authorities, 1 September 2024: 15.6 of 68.3
LONG_TERM_OF_FOSTER = 0.46
