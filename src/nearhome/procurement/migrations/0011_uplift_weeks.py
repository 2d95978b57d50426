import django.db.models.deletion
from django.db import migrations, models

from nearhome.privacy.row_security import append_only, protect

# What was voted on stays as it was: costs are added to the preview that is being made, and to none that went to the vote.
BEING_PREVIEWED = (
    "procurement_leads_uplift(round_id) AND EXISTS (SELECT 1 FROM procurement_upliftround AS one WHERE one.id = round_id"
    " AND one.version = preview AND one.state IN ('proposed', 'previewed'))"
)
# Weeks typed before become rows of the newest preview; each costs the mean increase of all lines, half up, as it was shown.
TYPED = """
INSERT INTO procurement_upliftcost (round_id, preview, authority_id, placements, nights, nights_on_record, more_pence)
SELECT one.id, lines.preview, typed.key::bigint, NULL, typed.value::bigint * 7, NULL,
    sign(lines.more) * div(2 * typed.value::numeric * abs(lines.more) + lines.number, 2 * lines.number)
FROM procurement_upliftround AS one
JOIN LATERAL (
    SELECT preview, sum(after_pence - before_pence) AS more, count(*) AS number FROM procurement_upliftline
    WHERE round_id = one.id GROUP BY preview ORDER BY preview DESC LIMIT 1
) AS lines ON true
CROSS JOIN LATERAL jsonb_each_text(one.weeks) AS typed;
"""
TYPED_AGAIN = """
UPDATE procurement_upliftround AS one SET weeks = coalesce((
    SELECT jsonb_object_agg(authority_id, nights / 7) FROM procurement_upliftcost AS cost
    WHERE cost.round_id = one.id AND cost.placements IS NULL
      AND cost.preview = (SELECT max(preview) FROM procurement_upliftcost WHERE round_id = one.id)), '{}');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_row_history"),
        ("procurement", "0010_category_and_age"),
    ]
    operations = [
        migrations.CreateModel(
            name="UpliftCost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("preview", models.PositiveSmallIntegerField()),
                (
                    "placements",
                    models.PositiveIntegerField(
                        blank=True, help_text="Those it reaches; empty if weeks were typed", null=True
                    ),
                ),
                (
                    "nights",
                    models.PositiveIntegerField(help_text="In the first year: counted, or seven for each week typed"),
                ),
                (
                    "nights_on_record",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Beside typed weeks: bought in the twelve months before in new placements",
                        null=True,
                    ),
                ),
                ("more_pence", models.BigIntegerField()),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="costs",
                        to="procurement.upliftround",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("round", "preview", "authority"), name="each_authority_once_in_a_preview"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("placements__isnull", True), ("nights_on_record__isnull", True), _connector="OR"
                        ),
                        name="counted_or_typed",
                    ),
                ],
            },
        ),
        protect("procurement_upliftcost", "procurement_reads_uplift(round_id)", added=BEING_PREVIEWED, changed="false"),
        append_only("procurement_upliftcost"),
        migrations.RunSQL(TYPED, TYPED_AGAIN),
        migrations.RemoveField(model_name="upliftround", name="weeks"),
    ]
