"""Addresses of the comparison: the start page, the Opleveringen, the parties, the exports."""

from django.urls import path

from monitoring.views import (
    agreements,
    bids,
    completions,
    dashboard,
    mixed,
    parties,
    reading,
    sales,
    start,
    vision,
)

app_name = "monitoring"
urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("start/", start.start_page, name="start"),
    path("meelezen/", reading.reading, name="reading"),
    path("meelezen/<slug:slug>/", reading.reading_party, name="reading_party"),
    path("opleveringen/", completions.completions, name="completions"),
    path(
        "opleveringen/export/<str:suffix>/",
        completions.completions_export,
        name="completions_export",
    ),
    path("opleveringen/<int:pk>/", completions.row, name="row"),
    path("partijen/<slug:slug>/", parties.party, name="party"),
    path("partijen/<slug:slug>/beloofd/", agreements.promises, name="promises"),
    path("afspraken/", agreements.agreements, name="agreements"),
    path("afspraken/export/<str:suffix>/", agreements.agreements_export, name="agreements_export"),
    path("afspraken/verkoop-sociale-huur/cijfers/", sales.sales, name="sales"),
    path(
        "afspraken/verkoop-sociale-huur/cijfers/<str:suffix>/",
        sales.sales_export,
        name="sales_export",
    ),
    path("afspraken/gemengde-wijken/cijfers/", mixed.mixed, name="mixed"),
    path(
        "afspraken/gemengde-wijken/cijfers/<str:suffix>/", mixed.mixed_export, name="mixed_export"
    ),
    path("woonvisie/", vision.vision, name="vision"),
    path("afspraken/<slug:slug>/verdeling/", bids.bids, name="bids"),
    path("afspraken/<slug:slug>/", agreements.agreement, name="agreement"),
    path("cijfers/<str:suffix>/", parties.figures_export, name="figures_export"),
]
