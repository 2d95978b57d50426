from django.apps import AppConfig


class PlacementsConfig(AppConfig):
    name = "nearhome.placements"
    label = "placements"

    def ready(self) -> None:
        """Uplifts of frameworks are previewed a stage before: say there how placements are counted."""
        from nearhome.placements.queries.uplift_counts import nights_begun, reached_by_round
        from nearhome.procurement.queries.later_placements import placements_are_counted_by

        placements_are_counted_by(reached_by_round, nights_begun)
