"""The Bacs file, character by character, and the days money may move."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.settlement.calculations.invoices.paying import first_pay_day, pay_by, processing_day
from nearhome.settlement.exporters.bacs import Account, BacsRun, Credit, bacs_file, bacs_text

KENT = Account("112233", "00011122", "Kent Made-up Council")
MEADOW = Account("445566", "12345678", "Mädeup Meadow Care Ltd")
RUN = BacsRun("998877", KENT, "000007", date(2026, 12, 7), date(2026, 12, 10))


def test_every_field_stands_where_the_layout_says() -> None:
    content = bacs_file(RUN, [Credit(MEADOW, 1_953_000, "KENT 7")])
    vol1, hdr1, hdr2, uhl1, payment, contra, eof1, eof2, utl1, end = content.decode("ascii").split("\r\n")
    assert end == ""
    assert [len(one) for one in (vol1, hdr1, hdr2, uhl1, eof1, eof2, utl1)] == [80] * 7
    assert (vol1[:4], vol1[4:10], vol1[41:47], vol1[79]) == ("VOL1", "000007", "998877", "1")
    assert (hdr1[:5], hdr1[5:11], hdr1[11:15], hdr1[15:21], hdr1[21:27]) == (
        "HDR1A",
        "998877",
        "S  1",
        "998877",
        "000007",
    )
    assert (hdr1[27:35], hdr1[41:47], hdr1[47:53]) == ("00010001", " 26341", " 26344")
    assert (hdr1[53:60], hdr1[60:].strip()) == (" 000000", "")
    assert (hdr2[:15], hdr2[15:50].strip(), hdr2[50:52]) == ("HDR2F0200000100", "", "00")
    assert (uhl1[:4], uhl1[4:10], uhl1[10:20], uhl1[20:28], uhl1[28:40]) == (
        "UHL1", " 26344", "999999    ", "00000000", "1 DAILY  001",
    )  # fmt: skip
    assert len(payment) == len(contra) == 100
    assert payment == (
        "445566" "12345678" "0" "99" "112233" "00011122" "    " "00001953000"
        "KENT MADE-UP COUNC" "KENT 7            " "MADEUP MEADOW CARE"
    )  # fmt: skip
    assert contra[:17] == "11223300011122017" and contra[35:46] == "00001953000"
    assert contra[64:82] == "CONTRA            "
    assert (eof1[4:], eof2[4:]) == (hdr1[4:], hdr2[4:])
    assert utl1[:44] == "UTL10000001953000000000195300000000010000001"


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=30))
def test_debits_and_credits_balance_and_are_counted(amounts: list[int]) -> None:
    lines = bacs_file(RUN, [Credit(MEADOW, pence, "X") for pence in amounts]).decode().split("\r\n")
    paid = [int(one[35:46]) for one in lines if one[15:17] == "99" and len(one) == 100]
    taken = [int(one[35:46]) for one in lines if one[15:17] == "17" and len(one) == 100]
    assert sum(paid) == sum(taken) == sum(amounts)
    assert lines[-2][4:44] == f"{sum(amounts):013}{sum(amounts):013}{1:07}{len(amounts):07}"


@given(st.text(max_size=60))
def test_any_words_become_eighteen_characters_that_bacs_allows(words: str) -> None:
    made = bacs_text(words)
    assert len(made) == 18 and set(made) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.&/ -")


@pytest.mark.parametrize(
    ("run", "credits", "mend"),
    [
        (RUN, [], "nothing to pay"),
        (RUN, [Credit(MEADOW, 0, "X")], "more than nothing"),
        (RUN, [Credit(Account("44556", "12345678", "Short"), 5, "X")], "sort code of 6 digits"),
        (BacsRun("12", KENT, "000001", RUN.made_on, RUN.processed_on), [Credit(MEADOW, 5, "X")], "six digits"),
        (BacsRun("998877", KENT, "000000", RUN.made_on, RUN.processed_on), [Credit(MEADOW, 5, "X")], "not all 0"),
        (RUN, [Credit(MEADOW, 60_000_000_000, "X"), Credit(MEADOW, 60_000_000_000, "X")], "Make two runs"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_mend(run: BacsRun, credits: list[Credit], mend: str) -> None:
    with pytest.raises(ValueError, match=mend):
        bacs_file(run, credits)


def test_thirty_days_begin_with_the_day_the_invoice_came() -> None:
    assert pay_by(date(2026, 6, 1)) == date(2026, 6, 30)
    assert pay_by(date(2028, 2, 1)) == date(2028, 3, 1)


def test_money_arrives_on_working_days_only_and_is_processed_the_working_day_before() -> None:
    christmas = frozenset({date(2026, 12, 25), date(2026, 12, 28)})
    assert first_pay_day(date(2026, 12, 23), christmas) == date(2026, 12, 29)
    assert processing_day(date(2026, 12, 29), christmas) == date(2026, 12, 24)
    with pytest.raises(ValueError, match="weekend or a bank holiday"):
        processing_day(date(2026, 12, 26), christmas)
