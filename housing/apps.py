from django.apps import AppConfig


class HousingConfig(AppConfig):
    name = "housing"
    verbose_name = "feiten en opgaven"
    default_auto_field = "django.db.models.BigAutoField"
