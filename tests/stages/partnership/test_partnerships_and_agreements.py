"""Who takes part since when, who leads what, and which version of the agreement binds whom."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from cast import NOW, TODAY, Cast, make_cast
from nearhome.audit.models import Event
from nearhome.partnership.actions import (
    Terms,
    accept_agreement,
    begin_partnership,
    change_membership,
    join_partnership,
    leave_partnership,
    name_task_lead,
    write_agreement,
)
from nearhome.partnership.models import AgreementAcceptance, Membership, Partnership
from nearhome.partnership.queries import waiting_for
from nearhome.partnership.queries.agreements import changes_in
from nearhome.partnership.queries.partnerships import (
    agreement_for_votes,
    agreement_in_force_for,
    lead_of_task,
    parties_of,
    task_leads_of,
    versions_of,
)
from nearhome.privacy.acting import acting
from scenes_partnership import DAY, Partners, accept, make_partners

pytestmark = pytest.mark.django_db


@pytest.fixture
def partners() -> Partners:
    return make_partners(make_cast())


@pytest.fixture
def cast(partners: Partners) -> Cast:
    return partners.cast


def membership_of(partners: Partners, name: str) -> Membership:
    return Membership.objects.get(partnership=partners.partnership, organisation__name=name, ends_before__isnull=True)


def shares_on(partners: Partners, day: dt.date) -> dict[str, Decimal | None]:
    return {one.membership.organisation.name: one.share for one in parties_of(partners.partnership, day) if one.is_here}


def test_shares_of_a_day_add_up_to_a_hundred(partners: Partners) -> None:
    with acting(partners.cast.colin):
        found = shares_on(partners, TODAY)
    assert {name: str(share) for name, share in found.items()} == {
        "Kent": "50.00", "West Sussex": "30.00", "Portsmouth": "10.00", "Medway": "10.00",
    }  # fmt: skip


def test_an_ally_becomes_a_member_from_a_day_and_the_past_stays(partners: Partners, cast: Cast) -> None:
    with acting(cast.colin):
        row = membership_of(partners, "Medway")
        change = {"standing": "member", "weight": 3, "starts_on": TODAY + DAY, "by": cast.colin, "now": NOW}
        changed = change_membership(membership=row, **change)
        assert change_membership(membership=row, **change) == changed
        assert shares_on(partners, TODAY)["Medway"] == Decimal("10.00")
        assert shares_on(partners, TODAY + DAY)["Medway"] == Decimal("25.00")
        assert Membership.objects.filter(organisation__name="Medway").count() == 2


def test_who_leaves_is_gone_from_that_day_on_and_the_lead_stays(partners: Partners, cast: Cast) -> None:
    with acting(cast.colin):
        row = membership_of(partners, "Portsmouth")
        leave_partnership(membership=row, ends_before=TODAY + DAY, by=cast.colin, now=NOW)
        leave_partnership(membership=row, ends_before=TODAY + DAY, by=cast.colin, now=NOW)
        assert "Portsmouth" in shares_on(partners, TODAY)
        assert "Portsmouth" not in shares_on(partners, TODAY + DAY)
        with pytest.raises(ValidationError, match="leads"):
            leave_partnership(
                membership=membership_of(partners, "Kent"), ends_before=TODAY + DAY, by=cast.colin, now=NOW
            )


@pytest.mark.parametrize("who", ["olive", "april", "anna"])
def test_only_a_commissioner_of_the_lead_takes_in_members(partners: Partners, cast: Cast, who: str) -> None:
    person = getattr(cast, who)
    asked = {"organisation": cast.hampshire, "standing": "member", "weight": 1, "starts_on": TODAY, "now": NOW}
    with acting(person), pytest.raises(PermissionDenied, match="commissioner of Kent"):
        join_partnership(partnership=partners.partnership, by=person, **asked)
    with acting(partners.wendy), pytest.raises(PermissionDenied):
        join_partnership(partnership=partners.partnership, by=partners.wendy, **asked)


def test_joining_twice_is_one_membership_and_another_weight_is_refused(partners: Partners, cast: Cast) -> None:
    asked = {"organisation": cast.hampshire, "standing": "ally", "starts_on": TODAY, "by": cast.colin, "now": NOW}
    with acting(cast.colin):
        first = join_partnership(partnership=partners.partnership, weight=2, **asked)
        assert join_partnership(partnership=partners.partnership, weight=2, **asked) == first
        with pytest.raises(ValidationError, match="takes part already"):
            join_partnership(partnership=partners.partnership, weight=3, **asked)
        with pytest.raises(ValidationError, match="between 0 and"):
            join_partnership(partnership=partners.partnership, weight=-1, **asked)


def test_a_provider_does_not_join(partners: Partners, cast: Cast) -> None:
    with acting(cast.colin), pytest.raises(ValidationError, match="not a local authority"):
        join_partnership(
            partnership=partners.partnership, organisation=cast.meadow, standing="ally", weight=1, starts_on=TODAY,
            by=cast.colin, now=NOW,
        )  # fmt: skip


def test_leads_of_tasks_are_dated_and_begin_with_the_lead(partners: Partners, cast: Cast) -> None:
    partnership = partners.partnership
    with acting(cast.colin):
        asked = {"task": "procurement", "organisation": cast.west_sussex, "starts_on": TODAY + DAY}
        named = name_task_lead(partnership=partnership, **asked, by=cast.colin, now=NOW)
        assert name_task_lead(partnership=partnership, **asked, by=cast.colin, now=NOW) == named
        assert lead_of_task(partnership, "procurement", TODAY) == cast.kent
        assert lead_of_task(partnership, "procurement", TODAY + DAY) == cast.west_sussex
        lines = [(task, str(who)) for task, who, *_ in task_leads_of(partnership)]
    assert lines == [("Procurement", "Kent"), ("Procurement", "West Sussex"), ("Finance", "Kent"), ("Legal", "Kent")]


def test_a_new_finance_lead_settles_from_then_on_and_is_not_named_ahead(partners: Partners, cast: Cast) -> None:
    partnership = partners.partnership
    asked = {"task": "finance", "organisation": cast.portsmouth, "by": cast.colin, "now": NOW}
    with acting(cast.colin):
        with pytest.raises(ValidationError, match="today or an earlier day"):
            name_task_lead(partnership=partnership, starts_on=TODAY + DAY, **asked)
        name_task_lead(partnership=partnership, starts_on=TODAY, **asked)
        assert Partnership.objects.get(pk=partnership.pk).finance_lead == cast.portsmouth
        finance = [(str(who), first) for task, who, first, _ in task_leads_of(partnership) if task == "Finance"]
    assert finance == [("Kent", dt.date(2025, 4, 1)), ("Portsmouth", TODAY)]


def test_an_outsider_leads_nothing(partners: Partners, cast: Cast) -> None:
    with acting(cast.colin), pytest.raises(ValidationError, match="Add it first"):
        name_task_lead(
            partnership=partners.partnership, task="legal", organisation=cast.hampshire, starts_on=TODAY, by=cast.colin,
            now=NOW,
        )  # fmt: skip


def test_a_version_binds_an_authority_once_it_accepted_it(partners: Partners, cast: Cast) -> None:
    terms = Terms(quorum_percent=60, majority="two_thirds")
    with acting(cast.colin):
        second = write_agreement(partnership=partners.partnership, starts_on=TODAY, terms=terms, by=cast.colin, now=NOW)
        assert (
            write_agreement(partnership=partners.partnership, starts_on=TODAY, terms=terms, by=cast.colin, now=NOW)
            == second
        )
        assert [row[0] for row in changes_in(second)] == ["Quorum", "What carries a vote"]
        assert agreement_for_votes(partners.partnership, TODAY).version == 1
    accept(partners, cast.april)
    accept(partners, cast.april)
    with acting(cast.april):
        assert AgreementAcceptance.objects.filter(agreement=second).count() == 1
        assert agreement_in_force_for(partners.partnership, cast.kent.pk, TODAY) == second
        assert agreement_in_force_for(partners.partnership, cast.portsmouth.pk, TODAY).version == 1
        newest = versions_of(partners.partnership, TODAY)[0]
        assert [str(one) for one in newest.missing] == ["Medway", "Portsmouth", "West Sussex"]
        assert agreement_for_votes(partners.partnership, TODAY).version == 1
    for person in (partners.walter, cast.ada):
        accept(partners, person)
    with acting(cast.april):
        # Medway, an ally, has no vote: the voting rule does not wait for it.
        assert agreement_for_votes(partners.partnership, TODAY) == second


def test_a_version_does_not_apply_before_its_date(partners: Partners, cast: Cast) -> None:
    with acting(cast.colin):
        terms = Terms(quorum_percent=70)
        write_agreement(partnership=partners.partnership, starts_on=TODAY + DAY, terms=terms, by=cast.colin, now=NOW)
    for person in (cast.april, partners.walter, cast.ada):
        accept(partners, person)
    with acting(cast.april):
        assert agreement_for_votes(partners.partnership, TODAY).version == 1
        assert agreement_for_votes(partners.partnership, TODAY + DAY).version == 2


def test_approvers_accept_and_nobody_for_another_authority(partners: Partners, cast: Cast) -> None:
    with acting(cast.colin):
        newest = partners.partnership.agreements.get()
        with pytest.raises(PermissionDenied, match="approver"):
            accept_agreement(agreement=newest, by=cast.colin, now=NOW)
        statement = (
            "INSERT INTO partnership_agreementacceptance (agreement_id, organisation_id, person_name, at)"
            " VALUES (%s, %s, 'x', now())"
        )
        with (
            pytest.raises(DatabaseError, match="row-level security"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, [newest.pk, partners.mia.organisation_id])


def test_what_was_accepted_is_not_rewritten_even_by_sql(partners: Partners, cast: Cast) -> None:
    with acting(cast.colin), pytest.raises(DatabaseError, match="write a new version"), transaction.atomic():
        partners.partnership.agreements.update(quorum_percent=1)


def test_bad_terms_are_refused_with_the_mend(partners: Partners, cast: Cast) -> None:
    for terms, words in (
        (Terms(escalation=[]), "1 to 6 levels"),
        (Terms(escalation=[{"name": "Directors", "working_days": 0}]), "at least 1 working day"),
        (Terms(quorum_percent=101), "between 0% and 100%"),
    ):
        with acting(cast.colin), pytest.raises(ValidationError, match=words):
            write_agreement(partnership=partners.partnership, starts_on=TODAY, terms=terms, by=cast.colin, now=NOW)
    early = replace(Terms(), quorum_percent=10)
    with acting(cast.colin), pytest.raises(ValidationError, match="from that day or later"):
        write_agreement(
            partnership=partners.partnership, starts_on=dt.date(2020, 1, 1), terms=early, by=cast.colin, now=NOW
        )


def test_who_begins_a_partnership_leads_it_and_is_its_first_member(partners: Partners) -> None:
    wendy = partners.wendy
    with acting(wendy):
        made = begin_partnership(name="Made-up Coast", weight=2, starts_on=TODAY, by=wendy, now=NOW)
        assert begin_partnership(name="Made-up Coast", weight=2, starts_on=TODAY, by=wendy, now=NOW) == made
        assert [str(one.membership.organisation) for one in parties_of(made, TODAY)] == ["West Sussex"]
    with acting(partners.cast.colin), pytest.raises(ValidationError, match="already"):
        begin_partnership(name="Made-up Coast", weight=2, starts_on=TODAY, by=partners.cast.colin, now=NOW)
    with acting(partners.cast.olive), pytest.raises(PermissionDenied):
        begin_partnership(name="Another", weight=2, starts_on=TODAY, by=partners.cast.olive, now=NOW)


def test_a_version_to_accept_waits_for_approvers_of_who_has_not(partners: Partners, cast: Cast) -> None:
    with acting(partners.mia):
        assert [one.words for one in waiting_for(partners.mia, now=NOW)] == ["Accept the agreement for your authority"]
    with acting(cast.april):
        assert waiting_for(cast.april, now=NOW) == ()


def test_partners_read_what_happened(partners: Partners, cast: Cast) -> None:
    with acting(partners.wendy):
        words = list(Event.objects.filter(name="partnership.agreement_accepted").values_list("words", flat=True))
    assert len(words) == 3
    with acting(cast.hilda):
        assert not Event.objects.filter(name="partnership.agreement_accepted").exists()
        assert not AgreementAcceptance.objects.exists()
