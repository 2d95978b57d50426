import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from nearhome.design import fields
from nearhome.design.rendering import error_links, render_form


def one(field: Any, **typed: Any) -> fields.GovukForm:
    """A form with a single field called x, sent with what was typed."""
    made = type("OneField", (fields.GovukForm,), {"x": field})
    data = {("x" if name == "x" else f"x-{name}"): value for name, value in typed.items()}
    return made(data)


def said(form: fields.GovukForm) -> str:
    form.is_valid()
    return " ".join(form.errors.get("x", []))


FIRST_NIGHT = {"label": "First night", "earliest": dt.date(2026, 4, 1)}


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (("", "", ""), "Enter the first night"),
        (("3", "", "2026"), "First night must include a month"),
        (("3", "", ""), "First night must include a month and year"),
        (("31", "2", "2026"), "First night must be a real date, for example 27 3 2026"),
        (("1", "4", "27"), "First night must have a year of 4 numbers, for example 2026"),
        (("31", "3", "2026"), "First night must be on or after 1 April 2026"),
        (("one", "4", "2026"), "First night must be a real date, for example 27 3 2026"),
    ],
)
def test_a_date_says_what_is_wrong_with_it(typed: tuple[str, str, str], message: str) -> None:
    day, month, year = typed
    assert said(one(fields.DateField(**FIRST_NIGHT), day=day, month=month, year=year)) == message


@pytest.mark.parametrize("month", ["4", "04", "Apr", "april"])
def test_a_month_may_be_typed_as_a_word(month: str) -> None:
    form = one(fields.DateField(**FIRST_NIGHT), day="7", month=month, year="2026")
    assert form.is_valid()
    assert form.cleaned_data["x"] == dt.date(2026, 4, 7)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)))
def test_a_date_shown_and_sent_back_is_the_same_date(day: dt.date) -> None:
    field = fields.DateField(label="Day")
    assert field.to_python(field.prepare_value(day)) == day


def test_the_date_keeps_what_was_typed_and_the_summary_leads_to_the_empty_box() -> None:
    form = one(fields.DateField(label="First night"), day="3", month="", year="2026")
    page = render_form(form)
    assert 'value="3"' in page and 'value="2026"' in page
    assert error_links(form) == [{"text": "First night must include a month", "href": "#id_x-month"}]
    assert page.count('id="id_x-month"') == 1
    assert page.count("govuk-input--error") == 1


def test_the_first_box_of_a_date_has_the_fields_own_id() -> None:
    form = one(fields.DateField(label="First night"), day="", month="", year="")
    assert error_links(form)[0]["href"] == "#id_x"
    assert '<input class="govuk-input govuk-date-input__input' in render_form(form)
    assert render_form(form).count('id="id_x"') == 1


@pytest.mark.parametrize(
    ("time", "clock"),
    [
        ("9:30am", "09:30"),
        ("9.30 AM", "09:30"),
        ("3pm", "15:00"),
        ("15:45", "15:45"),
        ("12am", "00:00"),
        ("midday", "12:00"),
    ],
)
def test_a_time_may_be_typed_in_any_usual_way(time: str, clock: str) -> None:
    form = one(fields.MomentField(label="Visit"), day="1", month="7", year="2026", time=time)
    assert form.is_valid(), form.errors
    assert f"{form.cleaned_data['x']:%H:%M %Z}" == f"{clock} BST"


@pytest.mark.parametrize("time", ["25:00", "13pm", "9", "soon", "9:5", "0am"])
def test_a_time_that_is_not_one_is_refused(time: str) -> None:
    form = one(fields.MomentField(label="Visit"), day="1", month="7", year="2026", time=time)
    assert said(form) == "Visit must have a time such as 9:30am or 15:45"


def test_a_time_the_clocks_skip_is_refused() -> None:
    form = one(fields.MomentField(label="Visit"), day="29", month="3", year="2026", time="1:30am")
    assert said(form) == "Visit falls in the hour the clocks skip; choose another time"


@pytest.mark.parametrize(
    ("typed", "pence"), [("1,234.56", 123_456), ("£12", 1200), ("0.5", 50), (" 4 500 ", 450_000), ("0", 0)]
)
def test_money_typed_becomes_pence(typed: str, pence: int) -> None:
    form = one(fields.MoneyField(label="Weekly fee"), x=typed)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["x"] == pence


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("abc", "Weekly fee must be an amount of money, like 1,234.56"),
        ("NaN", "Weekly fee must be an amount of money, like 1,234.56"),
        ("1e500000", "Weekly fee must be an amount of money, like 1,234.56"),  # once took half a minute
        ("9e999999", "Weekly fee must be an amount of money, like 1,234.56"),
        ("9" * 4_000, "Weekly fee must be an amount of money, like 1,234.56"),
        ("1e400", "Weekly fee must be an amount of money, like 1,234.56"),
        ("1.234", "Weekly fee must have no more than 2 numbers after the point"),
        ("-5", "Weekly fee must be £0.00 or more"),
        ("", "Enter the weekly fee"),
    ],
)
def test_money_says_what_is_wrong_and_keeps_what_was_typed(typed: str, message: str) -> None:
    form = one(fields.MoneyField(label="Weekly fee"), x=typed)
    assert said(form) == message
    assert f'value="{typed}"' in render_form(form) or not typed


@given(st.integers(0, 10**12))
def test_money_shown_and_sent_back_is_the_same_money(pence: int) -> None:
    field = fields.MoneyField(label="Fee")
    assert field.to_python(field.prepare_value(pence)) == pence
    assert not field.has_changed(pence, field.prepare_value(pence))


def test_yes_and_no_are_true_and_false() -> None:
    assert one(fields.BooleanField(label="Is it urgent?"), x="yes").fields["x"].clean("yes") is True
    assert fields.BooleanField(label="Is it urgent?").clean("no") is False
    assert fields.BooleanField(label="Is it urgent?", required=False).clean("") is None
    assert said(one(fields.BooleanField(label="Is it urgent?"))) == "Select yes or no"
    assert 'value="no" checked' in " ".join(render_form(one(fields.BooleanField(label="Urgent"), x="no")).split())


def test_a_postcode_is_tidied_or_refused() -> None:
    field = fields.PostcodeField(label="Postcode")
    assert field.clean("zz1  1zz") == "ZZ1 1ZZ"
    assert said(one(fields.PostcodeField(label="Postcode"), x="ZZ1")) == "Enter a full UK postcode, like AB1 2CD"


def test_a_choice_says_select_and_links_to_its_first_radio() -> None:
    form = one(fields.ChoiceField(label="Kind of home", choices=[("a", "A"), ("b", "B")]))
    assert said(form) == "Select the kind of home"
    assert error_links(form)[0]["href"] == "#id_x"
    assert 'id="id_x-2"' in render_form(form)


def test_several_choices_stay_ticked_after_an_error() -> None:
    form = one(fields.MultiChoiceField(label="Needs", choices=[("a", "A"), ("b", "B")]), x=["b", "z"])
    assert said(form) == "Select only from the choices shown"
    assert 'value="b" checked' in " ".join(render_form(form).split())


def test_a_file_with_another_ending_or_too_large_is_refused() -> None:
    field = fields.FileField(label="Plan", accept=".csv,.xlsx", max_megabytes=1)
    assert field.clean(SimpleUploadedFile("A.CSV", b"a")).name == "A.CSV"
    with pytest.raises(fields.forms.ValidationError, match=r"must end in \.csv or \.xlsx"):
        field.clean(SimpleUploadedFile("a.exe", b"a"))
    with pytest.raises(fields.forms.ValidationError, match="smaller than 1 MB"):
        field.clean(SimpleUploadedFile("a.csv", b"a" * (1024 * 1024 + 1)))


def test_a_line_break_counts_as_one_character() -> None:
    form = one(fields.LongTextField(label="Reasons", max_length=3), x="a\r\nb")
    assert form.is_valid()
    assert form.cleaned_data["x"] == "a\nb"
    long = one(fields.LongTextField(label="Reasons", max_length=3), x="abcd")
    assert said(long) == "Reasons must be 3 characters or fewer"


def test_what_a_person_typed_is_escaped() -> None:
    page = render_form(one(fields.CharField(label="Name <b>", max_length=3), x="<script>alert(1)</script>"))
    assert "<script>" not in page
    assert "<b>" not in page


def test_a_field_that_may_be_left_empty_says_so() -> None:
    assert "Notes (optional)" in render_form(one(fields.CharField(label="Notes", required=False)))
