import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from nearhome.privacy.row_security import OWN, append_only, protect

SEEN = "EXISTS (SELECT 1 FROM settlement_contractrules AS seen WHERE seen.id = rules_id)"
# A party accepts for itself, what the host has agreed; the host has agreed it by then.
PARTY = (
    f"organisation_id = {OWN} AND EXISTS (SELECT 1 FROM settlement_contractrules AS agreed"
    " JOIN procurement_blockparty AS party ON party.contract_id = agreed.contract_id"
    f" WHERE agreed.id = rules_id AND agreed.is_agreed AND party.organisation_id = {OWN} AND agreed.host_id <> {OWN})"
)


class Migration(migrations.Migration):
    dependencies = [
        ("settlement", "0009_closing"),
        ("people", "0002_row_history"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="RulesConsent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "rules",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="settlement.contractrules",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("rules", "organisation"), name="one_consent_to_rules")],
            },
        ),
        protect("settlement_rulesconsent", SEEN, added=PARTY, changed="false"),
        append_only("settlement_rulesconsent"),
    ]
