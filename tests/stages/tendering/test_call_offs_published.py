"""What an authority bought leaves once its notice is on record, under a number that never changes; nothing is supposed."""

import datetime as dt
import json
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from cast import Cast, make_cast
from nearhome.market.models import Registration
from nearhome.procurement.actions import admit_supplier, make_framework, set_rate_line
from nearhome.procurement.actions.frameworks import set_framework_tier
from nearhome.procurement.models import CallOff, Framework, FrameworkSupplier
from nearhome.tendering.actions.recording_notices import record_notice
from nearhome.tendering.models import AwardLine, Notice, Procurement
from nearhome.tendering.queries.ocds import case_of, export_for
from nearhome.tendering.queries.ocds_call_offs import about_call_off, call_offs_of, checklist_with_call_offs
from scenes import make_home
from scenes_notices import NOON, Awarded, make_awarded
from scenes_tender import acting_at

pytestmark = pytest.mark.django_db
BEGAN = dt.date(2026, 4, 1)
URI = "https://madeup.example/ocds.json"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def awarded(cast: Cast) -> Awarded:
    return make_awarded(cast)


def supplier_of(cast: Cast, awarded: Awarded) -> FrameworkSupplier:
    with acting_at(cast.colin, NOON):
        line = AwardLine.objects.get()
        framework = make_framework(
            name="Made-up framework",
            kind="childrens_home",
            starts_on=BEGAN,
            parties=[cast.portsmouth],
            by=cast.colin,
            now=NOON,
        )
        home = Registration.objects.get(pk=line.registration_id)
        made = admit_supplier(framework=framework, registration=home, tier=1, by=cast.colin, now=NOON)
        set_rate_line(supplier=made, weekly_price_pence=900_000, starts_on=BEGAN, by=cast.colin, now=NOON)
        AwardLine.objects.update(supplier=made)
    return made


def bought(cast: Cast, supplier: FrameworkSupplier, starts_on: dt.date, weeks: int | None = 104) -> CallOff:
    ends = starts_on + dt.timedelta(weeks=weeks) if weeks else None
    with acting_at(cast.colin, NOON):
        return CallOff.objects.create(
            authority=cast.kent, thread=uuid4(), booking_key=uuid4(), provider=supplier.provider,
            registration=supplier.registration, route="framework", method="direct", method_words="Made up", tier=1,
            supplier=supplier, rate_line=supplier.rates.get(), category="standard", age_years=13, starts_on=starts_on, expected_ends_on=ends,
            weekly_price_pence=900_000, made_at=NOON, made_by="Colin",
        )  # fmt: skip


def offered(cast: Cast, procurement: Procurement) -> list[str]:
    with acting_at(cast.colin, NOON):
        lines = checklist_with_call_offs(cast.colin, procurement, NOON.date())
    return [one.notice.about for one in lines if one.notice.about.startswith("call-off")]


def publish(cast: Cast, procurement: Procurement, row: CallOff, **more: Any) -> Notice:
    given = {"published": (NOON.date(), "012346-2026", ""), "by": cast.colin, "now": NOON} | more
    with acting_at(cast.colin, NOON):
        return record_notice(procurement=procurement, code="UK7", about=about_call_off(row), **given)


def numbers(cast: Cast, procurement: Procurement) -> list[str]:
    with acting_at(cast.colin, NOON):
        return [one.number for one in call_offs_of(cast.colin, procurement.key)]


def test_the_number_of_a_call_off_stays_when_an_earlier_one_is_added(cast: Cast, awarded: Awarded) -> None:
    supplier, procurement = supplier_of(cast, awarded), awarded.procurement
    first = bought(cast, supplier, dt.date(2026, 10, 5))
    publish(cast, procurement, first)
    before = numbers(cast, procurement)
    publish(cast, procurement, bought(cast, supplier, dt.date(2026, 9, 7)))
    after = numbers(cast, procurement)
    assert before == [f"c-{first.key.hex[:12]}"] == after[1:]


def test_how_a_framework_is_called_off_from_follows_its_tier_rules(cast: Cast, awarded: Awarded) -> None:
    procurement = awarded.procurement

    def method() -> Any:
        with acting_at(cast.colin, NOON):
            Procurement.objects.filter(pk=procurement.pk).update(buys="framework", instrument="closed_framework")
            procurement.refresh_from_db()
            framework = case_of(procurement).framework
        assert framework
        return framework.method

    assert method() == ""
    supplier = supplier_of(cast, awarded)
    assert method() == "withoutReopeningCompetition"
    other = make_home(cast.harbour, "Madeup Harbour Lodge", urn="SC9777")
    done = {"framework": supplier.framework, "by": cast.colin, "now": NOON}
    with acting_at(cast.colin, NOON):
        admit_supplier(registration=other.registration, tier=1, **done)
    assert method() == "withReopeningCompetition"
    with acting_at(cast.colin, NOON):
        set_framework_tier(tier=1, hours=(48, 4), selection_rule="The highest ranked first", starts_on=BEGAN, **done)
    assert method() == "withAndWithoutReopeningCompetition"
    with acting_at(cast.colin, NOON):
        Framework.objects.update(form="market")
    assert method() == "withReopeningCompetition"


def test_only_what_was_recorded_is_released_on_the_day_it_was_published(cast: Cast, awarded: Awarded) -> None:
    supplier, procurement = supplier_of(cast, awarded), awarded.procurement
    row, other = bought(cast, supplier, dt.date(2026, 11, 16)), bought(cast, supplier, dt.date(2026, 11, 17))
    assert numbers(cast, procurement) == []
    assert offered(cast, procurement) == [about_call_off(row), about_call_off(other)]
    with pytest.raises(ValidationError, match="still to be published"):
        publish(cast, procurement, row, published=(dt.date(2026, 12, 1), "012346-2026", ""))
    kept = publish(cast, procurement, row)
    assert kept.payload == {}
    assert publish(cast, procurement, row).pk == kept.pk
    with acting_at(cast.colin, NOON):
        found = call_offs_of(cast.colin, procurement.key)
        made = export_for(cast.colin, procurement.key, uri=URI, now=NOON, call_offs=found)
    assert not made.packages.complaints
    rows = json.loads(made.packages.releases)["releases"]
    assert [one["date"][:10] for one in rows] == ["2026-11-20"]
    assert rows[0]["ocid"].endswith(f"c-{row.key.hex[:12]}")
    with acting_at(cast.oscar, NOON):
        assert call_offs_of(cast.oscar, procurement.key) == ()


def test_no_notice_is_offered_below_the_threshold_of_what_has_not_begun_or_under_the_older_law(
    cast: Cast, awarded: Awarded
) -> None:
    supplier, procurement = supplier_of(cast, awarded), awarded.procurement
    bought(cast, supplier, dt.date(2026, 10, 5), weeks=20)
    bought(cast, supplier, dt.date(2027, 1, 5))
    assert offered(cast, procurement) == []
    row = bought(cast, supplier, dt.date(2026, 10, 6), weeks=None)
    assert offered(cast, procurement) == [about_call_off(row)]
    publish(cast, procurement, row)
    with acting_at(cast.colin, NOON):
        procurement.regime = "PCR2015"
        procurement.save(update_fields=["regime"])
    assert offered(cast, procurement) in ([], [about_call_off(row)])  # on record as published, and no more than that
    assert numbers(cast, procurement) == []
