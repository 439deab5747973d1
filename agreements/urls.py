"""Addresses of the agreements, below /afspraken/."""

from django.urls import path

from agreements import views

app_name = "agreements"
urlpatterns = [
    path("", views.agreement_list, name="list"),
    path("<slug:slug>/", views.agreement, name="detail"),
]
