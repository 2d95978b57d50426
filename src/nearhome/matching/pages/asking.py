"""In which order homes are asked, and inviting those that were ticked."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from nearhome.design.tables import table_response
from nearhome.matching.actions.asking import ReasonsOwed, ask_homes
from nearhome.matching.forms.call_off import SkipForm
from nearhome.matching.queries.call_off import chosen_category, order_page, owed_for
from nearhome.people.permissions import SignedInRequest
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.referrals.queries.inviting import homes_with_keys, referral_of


@login_required
@require_safe
def call_off(request: SignedInRequest, key: UUID) -> HttpResponse:
    """The order of asking for one child: each step with its homes, its window and what was passed over."""
    shown = order_page(request.user, key, now=timezone.now())
    return table_response(request, shown.table) or render(request, "matching/call_off.html", {"shown": shown})


@login_required
@require_POST
def invite(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Invite the homes ticked in the ranked list; fields `home` (keys), `version`, `position_<key>`, reasons if owed."""
    referral, now = referral_of(request.user, str(key)), timezone.now()
    seen = request.POST.get("version", "")
    referral.version = int(seen) if seen.isdecimal() and len(seen) < 10 else referral.version
    homes = homes_with_keys(_keys(request.POST.getlist("home")))
    steps = owed_for(referral, [str(home.key) for home in homes], now=now)
    _, categories = chosen_category(referral, homes, "", now=now)
    form = SkipForm(
        request.POST if "reasons" in request.POST else None, steps=steps, emergency=referral.is_emergency,
        categories=categories,
    )  # fmt: skip
    is_said = form.is_bound and form.is_valid()
    reasons = form.reasons() if is_said else {}
    positions = {home.pk: request.POST.get(f"position_{home.key}", "") for home in homes}
    known = {home_id: int(text) for home_id, text in positions.items() if text.isdecimal() and len(text) < 5}
    try:
        done = ask_homes(
            referral=referral, homes=homes, reasons=reasons, by=request.user, now=now, ranking_positions=known,
            rate_category=form.cleaned_data.get("rate_category", "") if is_said else "",
        )  # fmt: skip
        messages.success(request, done.words)
    except ReasonsOwed:
        shown = {
            "referral": referral,
            "homes": homes,
            "positions": positions,
            "form": form,
            "version": referral.version,
        }
        return render(request, "matching/call_off_skips.html", shown)
    except ChangedMeanwhile as conflict:
        messages.error(request, str(conflict))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("referrals:told", key)


def _keys(values: list[str]) -> list[str]:
    """Only what can be a key; anything else is not a home."""
    return [value for value in values if _is_key(value)]


def _is_key(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True
