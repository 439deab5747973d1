"""Addresses of the comparison: the start page, the Opleveringen, the parties, the exports."""

from django.urls import path

from monitoring.views import completions, dashboard, parties

app_name = "monitoring"
urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("opleveringen/", completions.completions, name="completions"),
    path(
        "opleveringen/export/<str:suffix>/",
        completions.completions_export,
        name="completions_export",
    ),
    path("opleveringen/<int:pk>/", completions.row, name="row"),
    path("partijen/<slug:slug>/", parties.party, name="party"),
    path("cijfers/<str:suffix>/", parties.figures_export, name="figures_export"),
]
