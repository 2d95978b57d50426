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
    ("Regional plan", "matching:plan", ("placement_officer", "approver", "commissioner")),
    ("Placements", "placements:list", ("placement_officer", "approver", "commissioner", "provider")),
    ("Homes", "market:homes", ("placement_officer", "commissioner", "provider")),
    ("Returns", "needs:loads", ("analyst", "administrator")),
    ("Need", "sufficiency:picture", ("analyst", "commissioner", "approver")),
    ("Register", "market:loads", ("commissioner", "administrator")),
    ("Money", "settlement:months", ("finance_officer", "approver")),
    ("Payments", "settlement:payments", ("provider",)),
    ("People", "people:list", ("administrator",)),
)


def navigation_for(person: Any, path: str) -> tuple[Link, ...]:
    """Links for this person's roles, the present one marked."""
    links = []
    for words, name, roles in PLACES:
        if roles is not None and not person.has_role(*roles):
            continue
        try:
            href = reverse(name)
        except NoReverseMatch:
            continue
        active = path == href if name == "start" else path.startswith(href)
        links.append(Link(words, href, active))
    return tuple(links)
