from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "nearhome.referrals"
    label = "referrals"
