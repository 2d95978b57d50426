from dataclasses import fields, replace
from datetime import UTC, date, datetime
from io import BytesIO

import pikepdf
import pytest

from nearhome.design.typeset import CannotTypesetError
from nearhome.placements.calculations.agreement import (
    CLAUSE_HEADINGS,
    AgreementTerms,
    ChildDetails,
    Clause,
    EmergencyAppendix,
    Goal,
    NeedsAndOutcomes,
    NoticeRow,
    Parties,
    PlacementDetails,
    Price,
    PriceElement,
    Signature,
    Term,
    as_mapping,
    content_digest,
    differences,
    emergency_short_form,
    full_form,
    missing_terms,
    notice_days,
    terms_from_mapping,
)
from nearhome.placements.exporters.agreement_pdf import agreement_pdf

HOSTILE = '#eval("1") *bold* _it_ $x$ <a> @b #include "/etc/passwd" \\ `raw` // gone?'
TERMS = AgreementTerms(
    reference="IPA-0042",
    version=1,
    parties=Parties("Portsmouth", "Madeup Meadow Care Ltd", "Kent", "BLOCK-1"),
    child=ChildDetails("Test Child Blue Kite 0042", "BK0042", "100000000042", date(2012, 2, 29), "Girl", "None", "No"),
    placement=PlacementDetails(
        date(2026, 5, 10), "Madeup Meadow House", "1 Madeup Lane", "Test Manager", "SC000042", "Place 2"
    ),
    price=Price(
        455700,
        (PriceElement("Care and accommodation", 440000, "A1"), PriceElement("Therapy", 15700, "T2")),
        "Food, clothing and travel to school",
    ),
    needs_and_outcomes=NeedsAndOutcomes("CP-1", "PP-1", HOSTILE, (Goal("Settle at school", date(2026, 8, 1)),)),
    term=Term(date(2026, 5, 10), date(2030, 2, 28), "the child is 18", ""),
    notice=(NoticeRow(0, 7, 1, 1), NoticeRow(7, 91, 14, 14), NoticeRow(91, None, 28, 28)),
    clauses=(Clause("Monitoring", "The authority may visit at any reasonable time."),),
)
APPENDIX = EmergencyAppendix("May run away at night", "A waking adult at night", date(2026, 5, 20))
SIGNED = Signature("provider", "Test Manager", "Registered manager", datetime(2026, 5, 9, 11, 5, tzinfo=UTC))
MADE_ON = date(2026, 5, 9)


def paths(terms: AgreementTerms) -> list[str]:
    return [missing.path for missing in missing_terms(terms)]


def test_complete_terms_miss_nothing() -> None:
    assert missing_terms(TERMS) == ()


def test_an_empty_agreement_says_everything_that_is_missing() -> None:
    found = paths(AgreementTerms("IPA-1", 1))
    assert "placement.regulatory_urn" in found
    assert "needs_and_outcomes.goals" in found
    assert "notice" in found


def test_blank_text_counts_as_missing() -> None:
    assert paths(replace(TERMS, parties=replace(TERMS.parties, provider="  "))) == ["parties.provider"]


def test_price_elements_must_add_up_to_the_fee() -> None:
    (wrong,) = missing_terms(replace(TERMS, price=replace(TERMS.price, weekly_total_pence=455800)))
    assert "add up to £4,557.00 but the total weekly fee is £4,558.00" in wrong.words


@pytest.mark.parametrize(
    "notice",
    [(), (NoticeRow(1, None, 7, 7),), (NoticeRow(0, 7, 1, 1),), (NoticeRow(0, 7, 1, 1), NoticeRow(8, None, 7, 7))],
)
def test_a_notice_table_with_a_gap_is_reported(notice: tuple[NoticeRow, ...]) -> None:
    assert paths(replace(TERMS, notice=notice)) == ["notice"]


def test_notice_depends_on_the_age_of_the_placement() -> None:
    assert [notice_days(TERMS.notice, day, "provider") for day in (0, 6, 7, 90, 91, 900)] == [1, 1, 14, 14, 28, 28]
    with pytest.raises(LookupError, match="day 7"):
        notice_days(TERMS.notice[:1], 7, "authority")


def test_an_end_before_the_start_is_reported() -> None:
    assert paths(replace(TERMS, term=replace(TERMS.term, expected_end_on=date(2026, 5, 1)))) == ["term.expected_end_on"]


def test_versions_show_what_changed_and_nothing_else() -> None:
    new = replace(TERMS, version=2, price=replace(TERMS.price, weekly_total_pence=460000), signatures=(SIGNED,))
    (change,) = differences(TERMS, new)
    assert (change.path, change.before, change.after) == ("price.weekly_total_pence", "455700", "460000")
    assert differences(TERMS, replace(TERMS, version=2)) == ()


def test_a_removed_goal_is_a_difference() -> None:
    needs = replace(TERMS.needs_and_outcomes, goals=())
    found = differences(TERMS, replace(TERMS, needs_and_outcomes=needs))
    gone = ("needs_and_outcomes.goals.1.words", "Settle at school", None)
    assert gone in [(change.path, change.before, change.after) for change in found]


def test_the_short_form_needs_less_and_becomes_the_full_one() -> None:
    short = emergency_short_form(TERMS, APPENDIX)
    assert short.needs_and_outcomes.needs == ""
    assert missing_terms(short) == ()
    assert paths(emergency_short_form(TERMS, EmergencyAppendix())) == [
        "emergency.known_risks",
        "emergency.immediate_care",
        "emergency.complete_by",
    ]
    full = full_form(short, TERMS.needs_and_outcomes, TERMS.term)
    assert (full.version, full.emergency) == (2, None)
    assert full.term.supersedes == "IPA-0042 version 1 (emergency short form)"
    assert missing_terms(full) == ()


def test_a_signature_does_not_change_what_is_signed_but_any_term_does() -> None:
    assert content_digest(replace(TERMS, signatures=(SIGNED,))) == content_digest(TERMS)
    assert content_digest(replace(TERMS, version=2)) != content_digest(TERMS)


def test_terms_survive_being_stored_as_json() -> None:
    for terms in (replace(TERMS, signatures=(SIGNED,)), emergency_short_form(TERMS, APPENDIX), AgreementTerms("X", 1)):
        assert terms_from_mapping(as_mapping(terms)) == terms


def text_of(pdf: pikepdf.Pdf) -> str:
    """The text of every page, through each font's own map from glyphs to characters."""
    return "".join(_page_text(page) for page in pdf.pages)


def _page_text(page: pikepdf.Page) -> str:
    maps = {name: _to_unicode(font) for name, font in page.resources.Font.items()}
    shown, current = [], {}
    for instruction in pikepdf.parse_content_stream(page):
        operands, operator = instruction.operands, instruction.operator
        if str(operator) == "Tf":
            current = maps[str(operands[0])]
        if str(operator) in {"Tj", "TJ"}:
            parts = operands[0] if str(operator) == "TJ" else [operands[0]]
            shown += [_decoded(bytes(part), current) for part in parts if isinstance(part, pikepdf.String)]
        if str(operator) == "ET":
            shown.append(" ")
    return "".join(shown)


def _decoded(codes: bytes, font: dict[int, str]) -> str:
    return "".join(font.get(int.from_bytes(codes[at : at + 2], "big"), "") for at in range(0, len(codes), 2))


def _to_unicode(font: pikepdf.Object) -> dict[int, str]:
    found: dict[int, str] = {}
    words = font.ToUnicode.read_bytes().decode("latin-1").split("\n")
    for line in words:
        parts = [part.strip("<> []") for part in line.replace("><", "> <").split(" ")]
        if len(parts) == 2 and line.startswith("<"):
            found[int(parts[0], 16)] = bytes.fromhex(parts[1]).decode("utf-16-be")
    return found


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_the_agreement_is_a_tagged_english_pdf() -> None:
    pdf = pikepdf.open(BytesIO(agreement_pdf(TERMS, made_on=MADE_ON)))
    assert bool(pdf.Root.MarkInfo.Marked) is True
    assert str(pdf.Root.Lang) == "en-GB"
    assert "/StructTreeRoot" in pdf.Root
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle) is True
    assert str(pdf.docinfo["/Title"]) == "Individual Placement Agreement IPA-0042, version 1"
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"


def test_the_agreement_shows_every_term() -> None:
    signed = replace(TERMS, signatures=(SIGNED,))
    text = squeezed(text_of(pikepdf.open(BytesIO(agreement_pdf(signed, made_on=MADE_ON)))))
    for section in (TERMS.parties, TERMS.child, TERMS.needs_and_outcomes):
        for field in fields(section):
            value = getattr(section, field.name)
            if isinstance(value, str) and value != HOSTILE:
                assert squeezed(value) in text, field.name
    for words in ("29 February 2012", "£4,557.00", "£157.00", "A1", "SC000042", "From day 7 to day 90", "14 days",
                  "Settle at school", "Monitoring", "12:05 on 9 May 2026", "Not yet signed", content_digest(TERMS),
                  "prior written approval"):  # fmt: skip
        assert squeezed(words) in text, words


def test_hostile_text_is_shown_as_it_was_typed() -> None:
    text = squeezed(text_of(pikepdf.open(BytesIO(agreement_pdf(TERMS, made_on=MADE_ON)))))
    assert squeezed(HOSTILE) in text


def test_the_short_form_shows_its_appendix() -> None:
    short = emergency_short_form(TERMS, APPENDIX)
    text = squeezed(text_of(pikepdf.open(BytesIO(agreement_pdf(short, made_on=MADE_ON)))))
    assert squeezed("May run away at night") in text
    assert squeezed("emergency short form") in text


def test_the_same_terms_make_the_same_bytes() -> None:
    assert agreement_pdf(TERMS, made_on=MADE_ON) == agreement_pdf(TERMS, made_on=MADE_ON)


def test_an_empty_agreement_and_control_characters_can_be_printed() -> None:
    odd = AgreementTerms("IPA-\x00\x07", 1, child=ChildDetails(name="Zoë Łódź\x1b[31m"))
    text = squeezed(text_of(pikepdf.open(BytesIO(agreement_pdf(odd, made_on=MADE_ON)))))
    assert "ZoëŁódź" in text
    assert "Notgiven" in text


def test_a_character_no_font_has_gets_a_clear_error() -> None:
    with pytest.raises(CannotTypesetError, match="install a font"):
        agreement_pdf(replace(TERMS, reference="\U0010fffd"), made_on=MADE_ON)


def test_clause_headings_are_known() -> None:
    assert "Price review" in CLAUSE_HEADINGS
