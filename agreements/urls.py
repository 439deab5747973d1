"""Addresses of the agreements, below /afspraken/."""

from django.urls import path

from agreements.views import lists

app_name = "agreements"
urlpatterns = [
    path("", lists.agreement_list, name="list"),
    path("<slug:slug>/", lists.agreement, name="detail"),
]
