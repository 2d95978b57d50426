"""The few places each role goes; everything else is reached from the work itself."""

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True)
class Link:
    """One item of the navigation bar."""

    text: str
    href: str
    active: bool


# (words, address name, roles that see it)
PLACES = (
    ("Your work", "start", None),
    ("Referrals", "referrals:list", ("placement_officer", "approver", "commissioner")),
    ("Invitations", "referrals:invitations", ("provider",)),
    ("Tenders", "tendering:opportunities", ("provider",)),
    ("Regional plan", "matching:plan", ("placement_officer", "approver", "commissioner")),
    ("Placements", "placements:list", ("placement_officer", "approver", "commissioner", "provider")),
    ("Homes", "market:homes", ("placement_officer", "commissioner", "provider")),
    ("Returns", "needs:loads", ("analyst", "administrator")),
    (
        "Contracts",
        "procurement:frameworks",
        ("commissioner", "approver", "finance_officer", "analyst", "placement_officer", "provider"),
    ),
    ("Need", "sufficiency:picture", ("analyst", "commissioner", "approver")),
    ("Partnership", "partnership:list", ("commissioner", "approver", "finance_officer", "analyst", "administrator")),
    ("Buying", "tendering:procurements", ("commissioner", "approver", "finance_officer", "analyst")),
    ("Register", "market:loads", ("commissioner", "administrator")),
    ("Money", "settlement:months", ("finance_officer", "approver")),
    ("Budgets", "settlement:budgets", ("finance_officer", "commissioner", "approver", "analyst")),
    ("Payments", "settlement:payments", ("provider",)),
    ("People", "people:list", ("administrator",)),
)
# Every page of these stages belongs to the one place, however its own page is called.
WHOLE_STAGES = ("procurement:frameworks",)


def navigation_for(person: Any, path: str) -> tuple[Link, ...]:
    """Links for this person's roles. Of those under whose address the path lies, the longest is the present one."""
    places = []
    for words, name, roles in PLACES:
        if roles is not None and not person.has_role(*roles):
            continue
        try:
            href = reverse(name)
        except NoReverseMatch:
            continue
        places.append((words, href, _root(href) if name in WHOLE_STAGES else href))
    under = (root for _, _, root in places if path.startswith(root) and (root != "/" or path == "/"))
    present = max(under, key=len, default="")
    return tuple(Link(words, href, root == present) for words, href, root in places)


def _root(href: str) -> str:
    """The address that all pages of a stage begin with: /procurement/frameworks/ → /procurement/."""
    return href[: href.index("/", 1) + 1]
