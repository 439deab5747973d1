from django.apps import AppConfig


class HousingConfig(AppConfig):
    name = "housing"
    verbose_name = "feiten en opgaven"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let comments find disputes and figures."""
        from housing import dispute_talk, figure_talk  # noqa: F401
