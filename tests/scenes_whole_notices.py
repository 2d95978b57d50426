"""The notices of the whole scene: a procurement of Kent and Portsmouth that is being prepared, and what was published of it."""

import datetime as dt

from cast import Cast
from nearhome.privacy.acting import acting
from nearhome.tendering.actions.recording_notices import record_notice, record_what_happened
from nearhome.tendering.models import Procurement, ProcurementParty


def make_notices(cast: Cast, now: dt.datetime) -> None:
    """A planned procurement notice with a marked reference, and a payment that its notices count from."""
    with acting(cast.colin):
        procurement = Procurement.objects.create(
            ref="T-ZZN", lead=cast.kent, name="Made-up block to come", kind="childrens_home", buys="block",
            instrument="block_contract", made_at=now, made_by=str(cast.colin),
        )  # fmt: skip
        ProcurementParty.objects.create(procurement=procurement, organisation=cast.portsmouth)
        published = (now.date() - dt.timedelta(days=1), "ZZNOTICEREF-1", "")
        record_notice(
            procurement=procurement, code="UK3", about="", published=published, by=cast.colin, now=now, words_read=True
        )
        record_what_happened(
            procurement=procurement, kind="engagement", on=now.date() - dt.timedelta(days=9), by=cast.colin, now=now
        )
