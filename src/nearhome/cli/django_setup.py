"""Start Django for a verb that needs records; verbs that only calculate never call this."""

import os


def start_django() -> None:
    """Load settings and applications once."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nearhome.website.settings")
    import django

    django.setup()
