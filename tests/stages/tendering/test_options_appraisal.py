"""The options appraisal: written by the lead, read by parties, complete only when nothing is missing, and then for good."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client

from cast import NOW, Cast, make_cast, make_person
from nearhome.audit.models import Event
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.tendering.actions.options import begin_appraisal, complete_appraisal, revise_appraisal
from nearhome.tendering.actions.weighing import (
    CriterionTerms,
    OptionTerms,
    recommend_option,
    remove_option,
    save_option,
    save_scores,
    set_criteria,
)
from nearhome.tendering.models import AppraisalOption, OptionsAppraisal, Procurement
from nearhome.tendering.queries.options import content_of, problems_in, result_of
from scenes_options import begun, completed, weighed

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(hours=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def procurement(cast: Cast) -> Procurement:
    return begun(cast)


@pytest.fixture
def draft(cast: Cast, procurement: Procurement) -> OptionsAppraisal:
    return weighed(cast, procurement)


def page(person: Person, procurement: Procurement, path: str = "", **asked: Any) -> Any:
    client = Client()
    client.force_login(person)
    return client.get(f"/tendering/{procurement.key}/options/{path}", asked)


def send(person: Person, procurement: Procurement, path: str, **answers: Any) -> Any:
    client = Client()
    client.force_login(person)
    return client.post(f"/tendering/{procurement.key}/options/{path}", answers, follow=True)


def test_the_example_of_21_00077_ranks_a_new_framework_first_and_rules_out_doing_nothing(
    cast: Cast, procurement: Procurement, draft: OptionsAppraisal
) -> None:
    text = page(cast.colin, procurement).content.decode()
    assert "A new framework, tendered with Medway is first with 84.0 of 100" in text
    assert "Do nothing: buy placement by placement is ruled out because it is not lawful" in text
    assert "made up by Nearhome" in text
    assert "11,253,664" in text
    assert "Nothing is missing" in text


def test_beginning_twice_begins_once(cast: Cast, procurement: Procurement, draft: OptionsAppraisal) -> None:
    assert weighed(cast, procurement) == draft
    with acting(cast.colin):
        assert draft.options.count() == 5
        assert Event.objects.filter(name="options.begun").count() == 1


def test_an_example_is_not_copied_over_what_somebody_wrote(cast: Cast, procurement: Procurement) -> None:
    with acting(cast.colin):
        draft = begin_appraisal(procurement=procurement, by=cast.colin, now=NOW)
        terms = OptionTerms("block", "A block")
        save_option(appraisal=draft, terms=terms, change=draft.change, by=cast.colin, now=NOW)
        with pytest.raises(ValidationError, match="of your own"):
            begin_appraisal(procurement=procurement, example="21-00077", by=cast.colin, now=NOW)
        assert [one.name for one in draft.options.all()][1] == "A block"


def test_only_a_commissioner_of_the_lead_writes_it(
    cast: Cast, procurement: Procurement, draft: OptionsAppraisal
) -> None:
    carla = make_person("Carla Madeup-Commissioner", cast.portsmouth, "commissioner")
    for person in (cast.april, cast.oscar, carla):
        with acting(person), pytest.raises(PermissionDenied):
            begin_appraisal(procurement=procurement, by=person, now=NOW)
        assert send(person, procurement, "complete/", version=draft.change).status_code == 403
        assert page(person, procurement, "new/").status_code == 403
    assert "A new framework" in page(carla, procurement).content.decode()
    assert "Set the criteria" not in page(carla, procurement).content.decode()


def test_an_authority_that_does_not_buy_with_the_lead_sees_nothing(
    cast: Cast, procurement: Procurement, draft: OptionsAppraisal
) -> None:
    henry = make_person("Henry Madeup-Commissioner", cast.hampshire, "commissioner")
    for person in (cast.hilda, henry):
        assert page(person, procurement).status_code == 404
    assert page(cast.mona, procurement).status_code == 403
    with acting(henry):
        assert not OptionsAppraisal.objects.exists()
        assert not AppraisalOption.objects.exists()


def test_what_is_missing_is_said_and_nothing_incomplete_is_completed(cast: Cast, procurement: Procurement) -> None:
    with acting(cast.colin):
        draft = begin_appraisal(procurement=procurement, by=cast.colin, now=NOW)
        with pytest.raises(ValidationError) as refused:
            complete_appraisal(appraisal=draft, change=draft.change, by=cast.colin, now=NOW)
    said = " ".join(refused.value.messages)
    for words in ("at least two options", "criteria", "legal view", "Recommend one option", "cost of"):
        assert words in said


def test_a_completed_version_never_changes_whoever_asks(
    cast: Cast, procurement: Procurement, draft: OptionsAppraisal
) -> None:
    done = completed(cast, draft)
    with acting(cast.colin):
        option = draft.options.first()
        with pytest.raises(ValidationError, match="stays as it is"):
            remove_option(appraisal=draft, key=option.key, change=draft.change, by=cast.colin, now=LATER)
        assert AppraisalOption.objects.filter(pk=option.pk).update(name="Changed") == 0
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE tendering_completedappraisal SET by_name = 'Somebody else'")
        assert complete_appraisal(appraisal=draft, change=0, by=cast.colin, now=LATER).pk == done.pk
    assert "Begin a new version" in page(cast.colin, procurement).content.decode()


def test_a_later_change_is_a_new_version_and_the_old_one_reads_as_before(
    cast: Cast, procurement: Procurement, draft: OptionsAppraisal
) -> None:
    completed(cast, draft)
    with acting(cast.colin):
        with pytest.raises(ValidationError, match="Say why"):
            revise_appraisal(procurement=procurement, why=" ", by=cast.colin, now=LATER)
        second = revise_appraisal(procurement=procurement, why="Prices fell", by=cast.colin, now=LATER)
        assert content_of(second) == content_of(draft) | {"number": 2, "why": "Prices fell"} | {
            "options": content_of(second)["options"]
        }
        equal = [CriterionTerms(one.name, Decimal(100) / 5, number=one.pk) for one in second.criteria.all()][:5]
        set_criteria(appraisal=second, criteria=equal, change=second.change, by=cast.colin, now=LATER)
    assert "Work to set up and run" not in page(cast.colin, procurement).content.decode()
    first = page(cast.colin, procurement, "version/1/").content.decode()
    assert "Work to set up and run" in first
    assert "84.0" in first
    assert page(cast.colin, procurement, "version/2/").status_code == 404


def test_the_published_pdf_is_tagged_and_says_why_each_was_rejected(
    cast: Cast, procurement: Procurement, draft: OptionsAppraisal
) -> None:
    completed(cast, draft)
    for person in (cast.colin, cast.oscar):
        response = page(person, procurement, "version/1/options.pdf")
        assert response["Content-Type"] == "application/pdf"
        assert response.content.startswith(b"%PDF")
    import io

    import pikepdf

    with pikepdf.open(io.BytesIO(response.content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).startswith("en")


def test_two_people_at_once_the_second_is_told_and_loses_nothing(
    cast: Cast, procurement: Procurement, draft: OptionsAppraisal
) -> None:
    with acting(cast.colin):
        terms = OptionTerms("own", "More of our own carers", words="Recruit", cost_words="Not known yet")
        save_option(appraisal=draft, terms=terms, change=draft.change, by=cast.colin, now=NOW)
        with pytest.raises(ChangedMeanwhile):
            save_option(
                appraisal=draft, terms=OptionTerms("other", "Another"), change=draft.change, by=cast.colin, now=NOW
            )
        assert draft.options.count() == 6


def test_a_double_click_adds_one_option(cast: Cast, procurement: Procurement, draft: OptionsAppraisal) -> None:
    answers = {
        "kind": "own", "name": "More of our own carers", "words": "Recruit", "lawful": "unasked",
        "version": draft.change,
    }  # fmt: skip
    for _ in range(2):
        assert "Saved." in send(cast.colin, procurement, "new/", **answers).content.decode()
    with acting(cast.colin):
        assert draft.options.count() == 6


@pytest.mark.parametrize(
    ("weights", "words"),
    [(("60", "35"), "sum to 95, not 100. Add 5."), (("60", "60"), "Take away 20"), (("100", "-1"), "0.01 or more")],
)
def test_weights_that_do_not_sum_to_100_are_refused_with_the_mend(
    cast: Cast, procurement: Procurement, weights: tuple[str, str], words: str
) -> None:
    with acting(cast.colin):
        draft = begin_appraisal(procurement=procurement, by=cast.colin, now=NOW)
    answers = {"name_1": "Choice", "weight_1": weights[0], "name_2": "Price", "weight_2": weights[1]}
    text = send(cast.colin, procurement, "criteria/", version=draft.change, **answers).content.decode()
    assert words in text
    with acting(cast.colin):
        assert not draft.criteria.exists()


def test_criteria_may_exchange_names_and_one_without_a_name_goes_with_its_scores(
    cast: Cast, procurement: Procurement, draft: OptionsAppraisal
) -> None:
    with acting(cast.colin):
        rows = list(draft.criteria.all())
        swapped = [
            CriterionTerms(rows[1].name, Decimal(50), number=rows[0].pk),
            CriterionTerms(rows[0].name, Decimal(50), number=rows[1].pk),
        ]
        set_criteria(appraisal=draft, criteria=swapped, change=draft.change, by=cast.colin, now=NOW)
        content = content_of(draft)
    assert [one["name"] for one in content["criteria"]] == [rows[1].name, rows[0].name]
    assert all(len(one["points"]) == 2 for one in content["options"])


def test_scores_stay_on_the_scale(cast: Cast, procurement: Procurement, draft: OptionsAppraisal) -> None:
    with acting(cast.colin):
        option, criterion = draft.options.all()[1], draft.criteria.first()
        for points in (-1, 6):
            with pytest.raises(ValidationError, match="from 0 to 5"):
                save_scores(
                    appraisal=draft, key=option.key, scores={criterion.pk: (points, "x")}, change=draft.change,
                    by=cast.colin, now=NOW,
                )  # fmt: skip
    text = send(cast.colin, procurement, f"{option.key}/scores/", points_1="7", version=draft.change).content.decode()
    assert "Select one of the choices shown" in text


def test_what_is_not_lawful_is_not_recommended_and_one_made_unlawful_loses_its_place(
    cast: Cast, procurement: Procurement, draft: OptionsAppraisal
) -> None:
    with acting(cast.colin):
        nothing, framework = draft.options.all()[:2]
        with pytest.raises(ValidationError, match="ruled out"):
            recommend_option(appraisal=draft, key=nothing.key, reasons={}, change=draft.change, by=cast.colin, now=NOW)
        terms = OptionTerms("framework", framework.name, framework.words, "unlawful", "Counsel says so")
        save_option(appraisal=draft, terms=terms, change=draft.change, key=framework.key, by=cast.colin, now=NOW)
        content = content_of(draft)
    assert "Recommend one option." in problems_in(content)
    assert result_of(content)["first"] == "Join a regional arrangement"


def test_recommending_another_than_the_first_is_allowed_with_reasons(
    cast: Cast, procurement: Procurement, draft: OptionsAppraisal
) -> None:
    with acting(cast.colin):
        options = list(draft.options.all())
    answers = {f"reason_{at}": f"Reason {at}" for at in range(1, 6)} | {"recommended": str(options[3].key)}
    text = send(cast.colin, procurement, "recommend/", version=draft.change, **answers).content.decode()
    assert "Reason 4" in text
    with acting(cast.colin):
        assert [one.is_recommended for one in draft.options.all()] == [False, False, False, True, False]


def test_every_table_can_be_downloaded(cast: Cast, procurement: Procurement, draft: OptionsAppraisal) -> None:
    for table in ("scores", "if-a-weight-were-different", "evidence-for-the-scores", "options-side-by-side"):
        response = page(cast.colin, procurement, download="csv", table=table)
        assert response["Content-Type"].startswith("text/csv"), table


def test_a_procurement_without_a_complete_appraisal_waits_for_its_commissioner(
    cast: Cast, procurement: Procurement, draft: OptionsAppraisal
) -> None:
    client = Client()
    client.force_login(cast.colin)
    assert "Weigh the options for buying" in client.get("/").content.decode()
    completed(cast, draft)
    assert "Weigh the options for buying" not in client.get("/").content.decode()
