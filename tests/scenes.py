"""Small worlds for tests, built as the site would build them: acting for somebody, under row security."""

import datetime as dt

from cast import NOW, TODAY, Cast
from nearhome.market.models import Capacity, Home, Inspection, Place, Registration
from nearhome.needs.models import Child, ChildIdentity
from nearhome.partnership.models import Membership, Partnership, PartnershipAgreement
from nearhome.people.models import Organisation
from nearhome.privacy.acting import acting_for
from nearhome.procurement.models import HomePrice


def make_partnership(cast: Cast) -> Partnership:
    """Kent leads; West Sussex and Portsmouth are members; Hampshire is not."""
    with acting_for(cast.kent.pk):
        partnership = Partnership.objects.create(
            name="Made-up Partnership", lead=cast.kent, finance_lead=cast.kent, starts_on=dt.date(2025, 4, 1)
        )
        for weight, member in ((5, cast.kent), (3, cast.west_sussex), (1, cast.portsmouth)):
            Membership.objects.create(
                partnership=partnership, organisation=member, standing="member", contribution_weight=weight,
                starts_on=dt.date(2025, 4, 1),
            )  # fmt: skip
        PartnershipAgreement.objects.create(partnership=partnership, version=1, starts_on=dt.date(2025, 4, 1))
    return partnership


def make_child(authority: Organisation, ref: str, *, sex: str = "M", born_on: dt.date = dt.date(2013, 5, 14)) -> Child:
    """A child with a sealed, obviously made-up identity."""
    with acting_for(authority.pk):
        child = Child.objects.create(
            authority=authority, return_ref=ref, sex=sex, born_month=born_on.replace(day=1), ethnicity="WBRI"
        )
        ChildIdentity.objects.create(
            child=child, authority=authority, name=f"Test Child {ref}", born_on=born_on.isoformat(),
            home_postcode="ME14 1XX",
        )  # fmt: skip
    return child


def make_home(
    provider: Organisation,
    name: str,
    *,
    urn: str,
    kind: str = "childrens_home",
    places: int = 3,
    area_code: str = "886",
    point: tuple[int, int] = (576000, 155500),
    price_pence: int = 455_700,
    **fields: object,
) -> Home:
    """A registered home, judged good, with its places and an asking price."""
    registered_as = {"foster": "fostering_agency"}.get(kind, kind)
    with acting_for(provider.pk):
        registration = Registration.objects.create(
            urn=urn, kind=registered_as, provider_type=registered_as, name=name, provider=provider, sector="Private",
            area_code=area_code, postcode="ME14 1XX", registered_places=places, registered_on=dt.date(2020, 1, 1),
            status="Active",
        )  # fmt: skip
        home = Home.objects.create(
            registration=registration, provider=provider, ref=urn, name=name, kind=kind, area_code=area_code,
            postcode="ME14 1XX", easting=point[0], northing=point[1], **fields,
        )  # fmt: skip
        Capacity.objects.create(
            home=home, provider=provider, starts_on=dt.date(2020, 1, 1), registered=places, staffed=places,
            open_to_referrals=places,
        )  # fmt: skip
        for number in range(1, places + 1):
            Place.objects.create(home=home, label=f"Place {number}")
        HomePrice.objects.create(
            home=home, provider=provider, weekly_price_pence=price_pence, starts_on=dt.date(2025, 4, 1)
        )
    return home


def judge(home: Home, authority: Organisation, judgement: str = "Good", on: dt.date = dt.date(2026, 3, 2)) -> None:
    """Record an inspection, as the register import of an authority does."""
    with acting_for(authority.pk):
        Inspection.objects.create(
            registration=home.registration, inspected_on=on, scale="social_care", judgement=judgement
        )


__all__ = ["NOW", "TODAY", "judge", "make_child", "make_home", "make_partnership"]
