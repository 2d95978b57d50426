"""Which placement types of the return are foster, residential and supported settings: one list behind every figure."""

from typing import Final

# Every other placement type is "other". Residential is what the Department divides residential spending by.
SETTINGS: Final = {
    **dict.fromkeys(("U1", "U2", "U3", "U4", "U5", "U6"), "foster"),
    **dict.fromkeys(("K1", "K2", "R1", "S1"), "residential"),
    **dict.fromkeys(("H5", "K3", "P2"), "supported"),
}
