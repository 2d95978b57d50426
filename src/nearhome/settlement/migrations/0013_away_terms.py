import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from nearhome.privacy.row_security import OWN, keep_history, protect

# Of a framework every party reads them; of one placement nobody but the child's own authority.
PARTY = (
    f"authority_id = {OWN} OR (framework_id IS NOT NULL AND EXISTS (SELECT 1 FROM procurement_frameworkparty AS party"
    f" WHERE party.framework_id = settlement_awayterms.framework_id AND party.organisation_id = {OWN}))"
)
LEADS = f"framework_id IN (SELECT id FROM procurement_framework WHERE lead_id = {OWN})"
BUYS = f"booking_id IN (SELECT id FROM placements_booking WHERE authority_id = {OWN} AND block_contract_id IS NULL)"


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_row_history"),
        ("placements", "0005_uplifts"),
        ("procurement", "0006_call_offs"),
        ("settlement", "0012_whole_price_nights"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AwayTerms",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("version", models.PositiveSmallIntegerField()),
                ("starts_on", models.DateField(help_text="In force from this night")),
                ("why", models.TextField(help_text="Why the terms are proposed")),
                ("proposed_at", models.DateTimeField()),
                ("is_agreed", models.BooleanField(help_text="Null while nobody answered", null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answer_words", models.TextField(blank=True)),
                (
                    "absences",
                    models.JSONField(
                        default=list, help_text="[kind, nights in full, then basis points, most nights paid]"
                    ),
                ),
                (
                    "kept_elements",
                    models.JSONField(
                        help_text="Names of the elements that a retainer is paid of; null: of all", null=True
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        help_text="Who leads the framework, or whose child it is",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "booking",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="placements.booking",
                    ),
                ),
                (
                    "framework",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procurement.framework",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["version", "id"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_agreed__isnull", True),
                            ("is_agreed", False),
                            models.Q(("answered_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="awayterms_agreed_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_at__isnull", True),
                                ("answered_by__isnull", True),
                                ("is_agreed__isnull", True),
                            ),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                                ("is_agreed__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="awayterms_answer_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("booking__isnull", False), ("framework__isnull", True)),
                            models.Q(("booking__isnull", True), ("framework__isnull", False)),
                            _connector="OR",
                        ),
                        name="away_terms_are_of_one_thing",
                    ),
                    models.UniqueConstraint(
                        fields=("framework", "version"), name="one_version_of_a_frameworks_away_terms"
                    ),
                    models.UniqueConstraint(
                        fields=("booking", "version"), name="one_version_of_a_placements_away_terms"
                    ),
                ],
            },
        ),
        protect(
            "settlement_awayterms",
            PARTY,
            added=f"authority_id = {OWN} AND is_agreed IS NULL AND ({LEADS} OR {BUYS})",
            changed=f"authority_id = {OWN}",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER terms_stay BEFORE UPDATE OR DELETE ON settlement_awayterms"
            " FOR EACH ROW EXECUTE FUNCTION settlement_terms_stay();",
            "DROP TRIGGER terms_stay ON settlement_awayterms;",
        ),
        keep_history("settlement_awayterms"),
    ]
