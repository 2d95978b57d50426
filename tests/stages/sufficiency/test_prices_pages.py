"""Prices in files that an authority sends: compared, kept, run again; what is wrong is said; no other's child is named."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from cast import NOW, Cast, make_cast
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.sufficiency.actions.comparing import PricesCompared, compare_prices
from nearhome.sufficiency.actions.picturing import work_out_again
from nearhome.sufficiency.models import KeptAnalysis
from nearhome.sufficiency.queries.analyses import figures_of, section_of
from reading_responses import client_of, text_of
from scenes import make_partnership

pytestmark = pytest.mark.django_db

HEADINGS = "child,authority,provider,urn,placement_type,provider_type,age,need,starts_on,ends_before,weekly_cost"


def row(number: int, authority: str, price: str, starts: str = "01/06/2025") -> str:
    kind = "K2,PR4" if number % 2 else "U6,PR4"
    name = {"886": "KEN", "851": "POR"}[authority]
    return f"{name}-{number:03d},{authority},Madeup Provider {number % 4} Ltd,,{kind},{10 + number % 6},N1,{starts},,{price}"


def table(*rows: str) -> bytes:
    return "\n".join([HEADINGS, *rows]).encode()


def files(kent: tuple[str, ...] = ()) -> dict[str, bytes]:
    """Forty placements of Kent, one of them dear, and thirty of Portsmouth, one of them dear."""
    ours = [row(at, "886", f"£{5000 + 40 * at}.00") for at in range(39)]
    theirs = [row(at, "851", f"£{4800 + 50 * at}.00") for at in range(29)]
    dear = [row(901, "886", "£12500.00"), row(902, "851", "£13750.00")]
    return {"kent.csv": table(*ours, dear[0], *kent), "portsmouth.csv": table(*theirs, dear[1])}


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    make_partnership(made)
    return made


def compared(person: Person, sent: dict[str, bytes]) -> PricesCompared:
    with acting(person):
        return compare_prices(files=sent, authority=person.organisation, by=person, now=NOW)


def uploads(sent: dict[str, bytes]) -> dict[str, Any]:
    return {"costs": [SimpleUploadedFile(name, content, "text/csv") for name, content in sent.items()]}


def kept_of(found: PricesCompared) -> KeptAnalysis:
    assert found.kept is not None
    return found.kept


def test_prices_of_several_files_are_compared_and_kept_once(cast: Cast) -> None:
    first, second = compared(cast.anna, files()), compared(cast.anna, files())
    kept = kept_of(first)
    assert kept.pk == kept_of(second).pk
    found = {one.name: one.value for one in figures_of(kept).indicators()}
    assert (found["placements_priced"], found["rows_left_out"]) == (70, 0)
    assert kept.kind == "benchmark"
    by_authority = section_of(figures_of(kept), "prices").breakdowns[4]
    assert {"Kent", "Portsmouth"} <= set(by_authority.column("name"))


def test_a_kept_comparison_is_run_again_to_the_same_figures(cast: Cast) -> None:
    kept = kept_of(compared(cast.anna, files((row(77, "886", "a lot"),))))
    with acting(cast.anna):
        assert work_out_again(kept=kept, by=cast.anna, now=NOW)


def test_only_our_own_dear_placements_are_listed_and_no_other_authoritys_child_is_named(cast: Cast) -> None:
    wrong = (row(0, "886", "£5000.00"), row(3, "851", "£5.00"), row(950, "851", "nothing"))
    kept = kept_of(compared(cast.anna, files(wrong)))
    anna = client_of(cast.anna)
    mine = text_of(anna.get(f"/sufficiency/{kept.key}/part/own_high_cost/"))
    assert "KEN-901" in mine
    assert "£12,500" in mine
    for part in figures_of(kept).sections:
        assert "POR-" not in text_of(anna.get(f"/sufficiency/{kept.key}/part/{part.name}/")), part.name
    told = text_of(anna.get(f"/sufficiency/{kept.key}/file/json/"))
    assert "KEN-000" in told
    assert "POR-" not in told
    for kind in ("json", "html"):
        assert "KEN-9" not in text_of(anna.get(f"/sufficiency/{kept.key}/file/{kind}/?for=partners"))
    assert anna.get(f"/sufficiency/{kept.key}/file/pdf/").content.startswith(b"%PDF")


def test_a_row_that_is_left_out_is_said_with_its_file_row_field_and_mend(cast: Cast) -> None:
    anna = client_of(cast.anna)
    answer = anna.post("/sufficiency/prices/", uploads(files((row(40, "886", "a lot"),))), follow=True)
    assert "The prices were compared and kept" in text_of(answer)
    assert "Some rows were left out" in text_of(answer)
    with acting(cast.anna):
        kept = KeptAnalysis.objects.get(kind="benchmark")
    page = text_of(anna.get(f"/sufficiency/{kept.key}/part/files/"))
    assert "What was wrong with the files" in page
    for words in ("kent.csv", ">42<", "weekly_cost", "Left out"):
        assert words in page, words


def test_when_nothing_can_be_read_nothing_is_kept_and_the_page_says_what_to_mend(cast: Cast) -> None:
    anna = client_of(cast.anna)
    answer = anna.post("/sufficiency/prices/", uploads({"prices.csv": b"a,b\n1,2\n"}))
    page = text_of(answer)
    assert "No placement could be read from these files" in page
    assert "prices.csv has no column" in page
    assert not KeptAnalysis.objects.exists()
    without = text_of(anna.post("/sufficiency/prices/", {}))
    assert "There is a problem" in without


def test_a_day_before_every_placement_is_refused(cast: Cast) -> None:
    sent = uploads(files()) | {"on-day": "1", "on-month": "1", "on-year": "2020"}
    page = text_of(client_of(cast.anna).post("/sufficiency/prices/", sent))
    assert "Give a day from 1 June 2025 on" in page
    assert not KeptAnalysis.objects.exists()


def test_the_page_says_what_to_do_and_then_shows_the_newest_comparison(cast: Cast) -> None:
    anna = client_of(cast.anna)
    assert "No prices have been compared yet. Send files below" in text_of(anna.get("/sufficiency/prices/"))
    assert "Prices compared" in text_of(anna.get("/sufficiency/"))
    compared(cast.anna, files())
    page = text_of(anna.get("/sufficiency/prices/"))
    assert "Open the whole comparison" in page
    assert "Placements with a price" in page


def test_only_analysts_and_commissioners_compare_and_only_for_their_own(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        compared(cast.olive, files())
    with acting(cast.anna), pytest.raises(ValidationError, match="whose children"):
        compare_prices(files=files(), authority=cast.portsmouth, by=cast.anna, now=NOW)
    assert client_of(cast.olive).get("/sufficiency/prices/").status_code == 403
    assert client_of(cast.olive).post("/sufficiency/prices/", uploads(files())).status_code == 403
