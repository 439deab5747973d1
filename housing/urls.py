"""Addresses of the reporting: sending in, reviewing, homes that were claimed twice."""

from django.urls import path

from housing.views import (
    asking,
    claims,
    disputes,
    earlier,
    figures,
    reporting,
    review,
    rounds,
    submissions,
    talk,
    typed,
    uploads,
)

app_name = "housing"
urlpatterns = [
    path("aanleveren/", reporting.reporting, name="reporting"),
    path("aanleveren/koppen/<int:pk>/vergeten/", reporting.forget_heading, name="forget_heading"),
    path("aanleveren/klaargezet/<int:pk>/weg/", uploads.drop_planned, name="drop_planned"),
    path("aanleveren/bestand/<str:reference>/", uploads.upload_result, name="upload_result"),
    path("aanleveren/bestand/<str:reference>/ophalen/", uploads.upload_file, name="upload_file"),
    path("aanleveren/bestand/<str:reference>/ontvangst/", uploads.receipt, name="receipt"),
    path(
        "aanleveren/bestand/<str:reference>/opmerkingen.xlsx",
        uploads.upload_marked,
        name="upload_marked",
    ),
    path("aanleveren/<slug:organisation>/<int:year>/", uploads.upload, name="upload"),
    path(
        "aanleveren/<slug:organisation>/<int:year>/sjabloon.xlsx",
        uploads.template,
        name="template",
    ),
    path("aanleveren/<slug:organisation>/<int:year>/invullen/", typed.typing, name="typing"),
    path("beoordelen/", review.review, name="review"),
    path("opgaven/<int:pk>/", submissions.submission, name="submission"),
    path("opgaven/<int:pk>/indienen/", submissions.submit, name="submit"),
    path("opgaven/<int:pk>/vaststellen/", submissions.accept, name="accept"),
    path("opgaven/<int:pk>/terugsturen/", submissions.send_back, name="send_back"),
    path("opgaven/<int:pk>/terugdraaien/", submissions.undo, name="undo"),
    path("opgaven/<int:pk>/vergelijken/<int:other>/", submissions.comparison, name="comparison"),
    path("opgaven/<int:pk>/heropenen/", rounds.reopen, name="reopen"),
    path("rondes/", rounds.round_list, name="rounds"),
    path("rondes/<int:pk>/", rounds.round_page, name="round"),
    path("rondes/<int:pk>/dagen/", rounds.round_days, name="round_days"),
    path("rondes/<int:pk>/vraagt/", asking.round_asks, name="round_asks"),
    path("rondes/<int:pk>/herinneren/", rounds.remind, name="remind"),
    path("rondes/<int:pk>/berichten/", rounds.round_messages, name="round_messages"),
    path("rondes/<int:pk>/uitstel/<slug:organisation>/", rounds.extension, name="extension"),
    path("eerdere-jaren/", earlier.earlier, name="earlier"),
    path("eerdere-jaren/<slug:organisation>/", earlier.earlier_entry, name="earlier_entry"),
    path("opmerking/", talk.comment, name="comment"),
    path("cijfer/<slug:organisation>/<int:year>/<slug:key>/", figures.figure, name="figure"),
    path("betwist/<int:pk>/", disputes.dispute, name="dispute"),
    path("dubbel/", claims.claims, name="claims"),
    path("dubbel/<int:pk>/", claims.claim, name="claim"),
]
