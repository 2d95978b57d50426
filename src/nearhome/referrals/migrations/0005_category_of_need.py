from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("referrals", "0004_conditions")]
    operations = [
        migrations.AddField(
            model_name="invitation",
            name="rate_category",
            field=models.CharField(default="standard", help_text="Of need: which line of a rate card", max_length=20),
        ),
    ]
