"""Why a provider declines: Nearhome's own list, so that reasons can be counted and the market understood."""

from nearhome.referrals.reference.code_list import code_list

DECLINE_REASONS = code_list(
    "reasons to decline",
    ("no_staff", "We do not have the staff", ""),
    ("match", "The match with children who live here would not be safe", ""),
    ("beyond_purpose", "The needs go beyond our statement of purpose", ""),
    ("place_taken", "The place has been taken", ""),
    ("too_far", "It is too far from where the child should be", ""),
    ("too_soon", "The notice is too short", ""),
    ("price", "We could not meet the needs at the price agreed", ""),
    ("other", "Another reason", "Say which below."),
)
