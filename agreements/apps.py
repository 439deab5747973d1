from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "agreements"
    verbose_name = "afspraken"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let comments find agreements."""
        from agreements import topics  # noqa: F401
