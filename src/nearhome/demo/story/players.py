"""Who tells the stories: the made-up people, the children they look for homes for, and the calendar."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.db.models import F

from nearhome.demo.people import CABINET_MEMBER, domain_of
from nearhome.design.wording import LONDON
from nearhome.geography.authorities import authority_by_dfe
from nearhome.geography.postcodes import Postcodes
from nearhome.needs.models import Child
from nearhome.people.models import AuthorityCode, Organisation, Person
from nearhome.placements.models import Booking
from nearhome.privacy.acting import acting
from nearhome.referrals.actions.children import NewChild, record_child

KENT, SUSSEX, PORTSMOUTH, MEDWAY = "886", "938", "851", "887"
NAMES = ("Robin", "Wren", "Finch", "Heron", "Lark", "Swift", "Martin", "Plover", "Avocet", "Linnet", "Dunlin", "Teal")


@dataclass(frozen=True)
class Players:
    """The cast at one moment: `now` is when the stories end, `codes` the region's authorities."""

    now: dt.datetime
    codes: tuple[str, ...]

    @cached_property
    def authorities(self) -> dict[str, Organisation]:
        """The region's authorities by DfE code."""
        rows = AuthorityCode.objects.filter(scheme="dfe", code__in=self.codes).select_related("organisation")
        return {row.code: row.organisation for row in rows}

    @cached_property
    def postcodes(self) -> Postcodes:
        """Opened once: each opening checks the whole file."""
        return Postcodes.open()

    @property
    def today(self) -> dt.date:
        """The day in London."""
        return self.now.astimezone(LONDON).date()

    def day(self, days_from_now: int) -> dt.date:
        """A day before (minus) or after today."""
        return self.today + dt.timedelta(days=days_from_now)

    def morning(self, days_ago: int, hour: int = 9) -> dt.datetime:
        """An hour of a day gone by; never later than now."""
        day = self.day(-days_ago)
        return min(dt.datetime(day.year, day.month, day.day, hour, tzinfo=LONDON), self.now)

    def person(self, code: str, first: str) -> Person:
        """Somebody of an authority's cast, such as olive of 886."""
        email = f"{first}@{domain_of(self.authorities[code])}"
        return Person.objects.select_related("organisation").get(email=email)

    def cabinet_member(self, code: str) -> Person:
        """An authority's made-up cabinet member: decisions of millions are above everybody else's limit."""
        authority = self.authorities[code]
        email = f"{CABINET_MEMBER}@{domain_of(authority)}"
        found = Person.objects.select_related("organisation").filter(email=email).first()
        if found is not None:
            return found
        return Person.objects.create(
            email=email, password=self.person(code, "april").password, name="Carla Madeup-Cabinet-Member",
            organisation=authority, roles=["approver"],
        )  # fmt: skip

    def provider_person(self, organisation: Organisation) -> Person:
        """Who answers for a provider, or for an authority's own homes."""
        first = "felicity" if organisation.kind == Organisation.Kind.AUTHORITY else "manager"
        return Person.objects.select_related("organisation").get(email=f"{first}@{domain_of(organisation)}")

    def new_child(self, code: str, number: int, *, sex: str, age: int) -> Child:
        """A child who is in no return yet, half a year after a birthday."""
        officer, authority = self.person(code, "olive"), authority_by_dfe(code)
        spots = self.postcodes.in_authority(authority.gss_code)
        spot = spots[(2 * number + 1) * len(spots) // (2 * len(NAMES) + 2) % len(spots)]
        child = NewChild(
            ref=f"STORY{number:02}",
            name=f"Test Child Story {NAMES[number % len(NAMES)]} {number:02}",
            sex=sex,
            born_on=_years_before(self.today, age) - dt.timedelta(days=180),
            home_postcode=spot.postcode,
        )
        with acting(officer):
            return record_child(child=child, by=officer, now=self.now - dt.timedelta(days=120))

    def child_who_moves(self, code: str, number: int, *, ages: tuple[int, int]) -> Child:
        """The authority's child of that number, of these ages, who lives in a foster home and has no referral."""
        officer = self.person(code, "olive")
        born = (_years_before(self.today, ages[1] + 1), _years_before(self.today, ages[0]))
        with acting(officer):
            living = Booking.objects.filter(departed_on__isnull=True, referral__isnull=True, home__kind="foster")
            rows = living.filter(
                authority_id=officer.organisation_id,
                child__born_month__range=born,
                child__referrals__isnull=True,
                child__episodes__ends_before__isnull=True,
                child__episodes__starts_on=F("arrived_on"),
            )
            return rows.order_by("child_id").select_related("child")[number].child


def _years_before(day: dt.date, years: int) -> dt.date:
    return day.replace(year=day.year - years, day=min(day.day, 28))
