"""Addresses of the officer's entry, below /invoer/."""

from django.urls import path

from agreements.views import entry, entry_paste

app_name = "entry"
urlpatterns = [
    path("<slug:organisation>/<int:year>/", entry.entry, name="entry"),
    path("<slug:organisation>/<int:year>/plakken/", entry_paste.paste, name="paste"),
]
