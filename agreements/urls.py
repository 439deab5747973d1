"""Addresses of the agreements, below /afspraken/."""

from django.urls import path

from agreements.views import (
    aid,
    areas,
    calendar,
    complexes,
    funds,
    indicators,
    local,
    local_acts,
    local_keep,
    paths,
    plans,
    said,
    statements,
    targets,
    texts,
)

app_name = "agreements"

# Two agreements are called voorzieningenwijzer and rijksmiddelen: their own pages stand at those
# words, their registers one step below.
registers = [
    path("stilliggende-plannen/", plans.plans, name="plans"),
    path("stilliggende-plannen/toevoegen/", plans.plan_add, name="plan_add"),
    path("stilliggende-plannen/<int:pk>/", plans.plan_change, name="plan_change"),
    path("stilliggende-plannen/<int:pk>/weghalen/", plans.plan_remove, name="plan_remove"),
    path("doorlooptijd/", paths.paths, name="paths"),
    path("doorlooptijd/<int:pk>/", paths.path_change, name="path_change"),
    path("doorlooptijd/<int:pk>/weghalen/", paths.path_remove, name="path_remove"),
    path("gebieden/", areas.areas, name="areas"),
    path("gebieden/toevoegen/", areas.area_add, name="area_add"),
    path("gebieden/<int:pk>/", areas.area_change, name="area_change"),
    path("gebieden/<int:pk>/weghalen/", areas.area_remove, name="area_remove"),
    path("gebieden/<int:pk>/complex/", complexes.complex_add, name="complex_add"),
    path("gebieden/complex/<int:pk>/", complexes.complex_, name="complex"),
    path("gebieden/complex/<int:pk>/advies/", complexes.advise, name="advise"),
    path("gebieden/complex/<int:pk>/bewerken/", complexes.complex_change, name="complex_change"),
    path("gebieden/complex/<int:pk>/weghalen/", complexes.complex_remove, name="complex_remove"),
    path("voorzieningenwijzer/cijfers/", aid.aid, name="aid"),
    path(
        "voorzieningenwijzer/cijfers/<slug:organisation>/<int:year>/",
        aid.aid_change,
        name="aid_change",
    ),
    path(
        "voorzieningenwijzer/cijfers/<slug:organisation>/<int:year>/weghalen/",
        aid.aid_remove,
        name="aid_remove",
    ),
    path("rijksmiddelen/fondsen/", funds.funds, name="funds"),
    path("rijksmiddelen/fondsen/toevoegen/", funds.fund_add, name="fund_add"),
    path("rijksmiddelen/fondsen/besteding/<int:pk>/", funds.use_change, name="use_change"),
    path("rijksmiddelen/fondsen/besteding/<int:pk>/weghalen/", funds.use_remove, name="use_remove"),
    path("rijksmiddelen/fondsen/<slug:slug>/", funds.fund, name="fund"),
    path("rijksmiddelen/fondsen/<slug:slug>/bewerken/", funds.fund_change, name="fund_change"),
    path("rijksmiddelen/fondsen/<slug:slug>/weghalen/", funds.fund_remove, name="fund_remove"),
    path("rijksmiddelen/fondsen/<slug:slug>/besteding/", funds.use_add, name="use_add"),
]

statements_ = [
    path("invullen/", statements.statements, name="statements"),
    path(
        "invullen/<slug:organisation>/<int:year>/",
        statements.party_statements,
        name="party_statements",
    ),
    path("bewijs/<slug:reference>/", said.evidence, name="evidence"),
    path(
        "<slug:slug>/invullen/<slug:organisation>/<int:year>/",
        statements.statement,
        name="statement",
    ),
    path("<slug:slug>/opmerking/<int:pk>/", said.remark, name="remark"),
    path("<slug:slug>/bewerken/", texts.wording, name="wording"),
    path("<slug:slug>/mijlpalen/", texts.milestones, name="milestones"),
]

# A set of its own for each municipality and year.
LOCAL = "lokaal/<slug:municipality>/<int:year>/"
local_sets = [
    path("lokaal/", local.local, name="local"),
    path("lokaal/<slug:municipality>/beginnen/", local.local_start, name="local_start"),
    path(LOCAL, local.local_set, name="local_set"),
    path(f"{LOCAL}afspraak/toevoegen/", local_keep.agreement_add, name="local_agreement_add"),
    path(f"{LOCAL}afspraak/<int:pk>/", local_keep.agreement_change, name="local_agreement_change"),
    path(
        f"{LOCAL}afspraak/<int:pk>/weghalen/",
        local_keep.agreement_remove,
        name="local_agreement_remove",
    ),
    path(f"{LOCAL}partijen/", local_keep.parties, name="local_parties"),
    path(f"{LOCAL}bod/", local_acts.bid, name="local_bid"),
    path(f"{LOCAL}tekenen/", local_acts.sign, name="local_sign"),
    path(f"{LOCAL}tekenen/intrekken/", local_acts.take_back, name="local_take_back"),
    path(f"{LOCAL}reactie/", local_acts.react, name="local_react"),
    path(f"{LOCAL}evaluatie/", local_acts.evaluation, name="local_evaluation"),
]

calendars = [
    path("kalender/", calendar.calendar, name="calendar"),
    path("kalender/<str:key>.ics", calendar.calendar_feed, name="calendar_feed"),
]

indicators_ = [
    path("indicatoren/", indicators.indicators, name="indicators"),
    path("indicatoren/toevoegen/", indicators.indicator_add, name="indicator_add"),
    path("indicatoren/<int:pk>/weghalen/", indicators.indicator_remove, name="indicator_remove"),
]

# Numbers: the whole, the shares in it, what is accepted for a while.
numbers = [
    path("<slug:slug>/doel/", targets.target, name="target"),
    path("<slug:slug>/verdeling/bewerken/", targets.split, name="split"),
    path("<slug:slug>/afwijking/", targets.deviation, name="deviation"),
    path(
        "<slug:slug>/afwijking/<int:pk>/beeindigen/",
        targets.deviation_end,
        name="deviation_end",
    ),
]

urlpatterns = [
    *registers,
    *indicators_,
    *numbers,
    *local_sets,
    *calendars,
    *statements_,
]
