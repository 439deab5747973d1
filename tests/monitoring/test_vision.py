"""The Woonvisie's number, the years entered once, homes by segment, and what municipalities say."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from agreements.models import Agreement, Indicator, Theme, Vision
from housing import earlier, tallies, versions
from housing.models import MunicipalFigure, Organisation, Submission
from monitoring.figures import first_answer, picture
from monitoring.mixed import mixed_in
from monitoring.municipal import own_answers
from monitoring.vision import served, vision_in
from tests.factories import (
    at,
    make_board,
    make_clerk,
    make_coordinator,
    make_municipality,
    make_organisation,
    make_row,
    make_rules,
    make_target,
    make_user,
    make_version,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_day_in_february():
    with time_machine.travel(at("2027-02-15"), tick=False):
        yield


@pytest.fixture
def heerlen():
    return make_municipality()


@pytest.fixture
def weller(heerlen):
    make_rules()
    make_target()
    return make_organisation(name="Weller")


@pytest.fixture
def vision():
    return Vision.objects.create(
        name="Woonvisie",
        first_year=2023,
        last_year=2028,
        homes=7500,
        homes_from=2022,
        homes_until=2032,
        source="test",
        known_from=at("2023-07-06"),
    )


def own_figures(place, year, homes: dict[str, int | None], *, on="2026-03-01", accepted_on=None):
    """A municipality's answer about others: {segment: homes}, None for "niet bekend"."""
    version = Submission.objects.create(
        organisation=place,
        year=year,
        number=Submission.objects.of(place, year).count() + 1,
        covers_until=date(year, 12, 31),
        created_at=at(on),
    )
    for segment, count in homes.items():
        answer = {None: "unknown", 0: "none"}.get(count, "number")
        MunicipalFigure.objects.create(
            submission=version,
            measure="completed",
            segment=segment,
            answer=answer,
            homes=count if answer == "number" else None,
        )
    versions.submit(version, actor=None, at=at(on))
    if accepted_on:
        versions.accept(version, actor=None, at=at(accepted_on))
    return version


# --- the counting version of a municipality ----------------------------------------------


def test_accepted_counts_before_a_newer_submitted_version(heerlen):
    own_figures(heerlen, 2025, {"mid_rent": 5}, accepted_on="2026-03-10")
    own_figures(heerlen, 2025, {"mid_rent": 8}, on="2026-04-01")

    found = own_answers(timezone.now())["heerlen", 2025]

    assert (found.homes["mid_rent"], found.state) == (5, "settled")


def test_of_two_submitted_versions_the_newest_counts(heerlen):
    own_figures(heerlen, 2025, {"mid_rent": 5})
    own_figures(heerlen, 2025, {"mid_rent": 8}, on="2026-04-01")

    assert own_answers(timezone.now())["heerlen", 2025].homes["mid_rent"] == 8
    assert own_answers(at("2026-03-15"))["heerlen", 2025].homes["mid_rent"] == 5
    assert own_answers(at("2026-02-01")) == {}


def test_a_version_that_was_sent_back_does_not_count(heerlen):
    version = own_figures(heerlen, 2025, {"mid_rent": 5})
    versions.send_back(version, actor=None, comment="Klopt dit?", at=at("2026-03-20"))

    now = own_answers(timezone.now())["heerlen", 2025]
    assert (now.state, now.total, now.returned) == ("missing", None, True)
    assert own_answers(at("2026-03-10"))["heerlen", 2025].total == 5


def test_none_is_zero_and_not_known_is_unknown(heerlen):
    own_figures(heerlen, 2025, {"mid_rent": 0, "affordable_sale": None})

    homes = own_answers(timezone.now())["heerlen", 2025].homes

    assert homes == {"mid_rent": 0, "affordable_sale": None}


# --- the years before the rounds ---------------------------------------------------------


def test_two_years_are_entered_once_and_travel_the_road_of_an_answer(heerlen):
    officer = make_clerk(heerlen)

    version = earlier.enter(heerlen, 2022, 212, note="eigen telling", by=officer, seen=0)

    assert version is not None
    version.refresh_from_db()
    assert (version.status, version.counts, version.round) == ("submitted", True, None)
    assert earlier.earlier_years(heerlen)[0].homes == 212
    assert earlier.enter(heerlen, 2022, 212, note="eigen telling", by=officer, seen=1) is None


def test_second_of_two_people_is_told(heerlen):
    earlier.enter(heerlen, 2022, 212, note="a", by=None, seen=0)

    with pytest.raises(earlier.SomebodyElseFirstError):
        earlier.enter(heerlen, 2022, 300, note="b", by=None, seen=0)


def test_a_correction_is_a_new_version_and_the_old_one_stays_readable(heerlen, vision):
    earlier.enter(heerlen, 2022, 212, note="a", by=None, seen=0, at=at("2026-01-10"))
    earlier.enter(heerlen, 2022, 220, note="a", by=None, seen=1, at=at("2026-02-10"))

    assert own_answers(at("2026-01-20"))["heerlen", 2022].total == 212
    assert own_answers(timezone.now())["heerlen", 2022].total == 220


def test_other_years_and_other_parties_are_refused(heerlen, weller):
    with pytest.raises(ValueError, match="2024"):
        earlier.enter(heerlen, 2024, 1, note="", by=None, seen=0)
    with pytest.raises(ValueError, match="Weller"):
        earlier.enter(weller, 2022, 1, note="", by=None, seen=0)


def test_a_municipality_that_answers_disturbs_no_figure_of_corporations(heerlen, weller):
    make_version(weller, [make_row(24)], on="2026-01-20", accepted_on="2026-02-01")
    before, first = picture().region, first_answer()

    own_figures(heerlen, 2025, {"social_rent": 9}, accepted_on="2026-03-10")
    earlier.enter(heerlen, 2022, 212, note="a", by=None, seen=0, at=at("2025-01-10"))
    after = picture()

    assert after.region == before
    assert after.region.year(2025).reported == 1
    assert {answer.organisation for answer in after.answered} == {"weller"}
    assert first_answer() == first
    assert tallies.audit() == []


# --- the number of the vision ------------------------------------------------------------


def test_all_builders_count_and_the_early_years_once(heerlen, weller, vision):
    rows = [
        make_row(24),
        make_row(6, declared="affordable_sale", key="koop"),
        make_row(3, kind="split", branch="daeb", key="split"),
        make_row(5, kind="purchase", branch="daeb", key="koop2"),
    ]
    make_version(weller, rows, on="2026-01-20", accepted_on="2026-02-01")
    own_figures(heerlen, 2025, {"other_sale": 40})
    earlier.enter(heerlen, 2022, 212, note="a", by=None, seen=0)

    found = vision_in(picture())

    years = {year.year: year for year in found.years}
    assert years[2025].corporations.homes == 33  # bought homes are not new
    assert years[2025].municipal.homes == 40
    assert (years[2022].corporations.homes, years[2022].municipal.homes) == (None, 212)
    assert (years[2023].corporations.homes, years[2023].municipal.homes) == (None, None)
    assert found.built == 285
    assert (found.answered, found.asked) == (2, 6)
    assert "minstens 285" in found.heading


def test_nothing_reported_is_not_zero(weller, vision):
    assert vision_in(picture()).built is None
    assert "nog niets opgegeven" in vision_in(picture()).heading


def test_vision_shows_which_agreements_serve_a_theme(weller, vision):
    agreement = Agreement.objects.get()
    agreement.set.vision = vision
    agreement.set.save()
    Theme.objects.update(vision=vision)
    other = Theme.objects.create(
        vision=vision, name="Leefbaarheid", slug="leefbaarheid", position=2, source="test"
    )
    agreement.also_themes.add(other)

    themes = served(vision, picture())

    assert [each.agreements for each in themes] == [(agreement,), ()]
    assert [each.also for each in themes] == [(), (agreement,)]


# --- homes by segment --------------------------------------------------------------------


def test_segments_stand_by_builder_and_are_not_summed(heerlen, weller):
    rows = [
        make_row(24),
        make_row(10, declared="mid_rent", branch="non_daeb", key="m"),
        make_row(2, declared="other_sale", key="o"),
        make_row(9, kind="purchase", branch="daeb", key="p"),
    ]
    make_version(weller, rows, on="2026-01-20", accepted_on="2026-02-01")
    own_figures(heerlen, 2025, {"mid_rent": 7, "affordable_sale": 0})

    found = mixed_in(picture())

    year = next(each for each in found.places[0].years if each.year == 2025)
    assert year.corporations.by_group == {
        "social_rent": 24, "mid_rent": 10, "affordable_sale": 0, "rest": 2,
    }  # fmt: skip
    assert year.others.by_group == {
        "social_rent": None, "mid_rent": 7, "affordable_sale": 0, "rest": None,
    }  # fmt: skip
    assert found.heading == (
        "Van de 36 nieuwe corporatiewoningen zijn 10 middenhuur of betaalbare koop"
    )


def test_year_nobody_reported_on_is_unknown(heerlen, weller):
    make_version(weller, [make_row(24)], on="2026-01-20")

    years = {each.year: each for each in mixed_in(picture()).places[0].years}

    assert years[2026].corporations.total is None
    assert years[2026].others.total is None


# --- pages -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["vision", "mixed"])
def test_pages_answer_without_any_data(client, name):
    client.force_login(make_board())

    assert client.get(reverse(f"monitoring:{name}")).status_code == 200


@pytest.mark.parametrize(("name", "most"), [("vision", 26), ("mixed", 22)])
def test_pages_stay_within_their_queries(
    client, heerlen, weller, vision, name, most, django_assert_max_num_queries
):
    make_version(weller, [make_row(24)], on="2026-01-20")
    for year in (2024, 2025):
        own_figures(heerlen, year, {"mid_rent": 7})
    earlier.enter(heerlen, 2022, 212, note="a", by=None, seen=0)
    client.force_login(make_board())

    with django_assert_max_num_queries(most):
        client.get(reverse(f"monitoring:{name}"))


def test_mixed_export_keeps_builders_apart(client, heerlen, weller):
    make_version(weller, [make_row(24)], on="2026-01-20")
    client.force_login(make_board())

    answer = client.get(reverse("monitoring:mixed_export", args=["csv"]))

    text = b"".join(answer.streaming_content).decode()
    assert "Heerlen;2025;corporaties;24;0;0;0;24;24;voorlopig, bij 24 huur nog niet bekend" in text
    assert "Heerlen;2025;anderen;n.n.o.;n.n.o.;n.n.o.;n.n.o.;n.n.o.;n.n.o." in text


def test_officer_enters_her_own_years_and_no_others(client, heerlen, vision):
    kerkrade = make_municipality("Kerkrade", "GM0928")
    client.force_login(make_user(heerlen, "reporter"))
    given = {
        "homes_2022": "212", "homes_2023": "0", "note": "eigen telling",
        "seen_2022": "0", "seen_2023": "0",
    }  # fmt: skip

    answer = client.post(reverse("housing:earlier_entry", args=["heerlen"]), given)

    assert answer.status_code == 302
    assert [each.homes for each in earlier.earlier_years(heerlen)] == [212, 0]
    assert (
        client.post(reverse("housing:earlier_entry", args=["kerkrade"]), given).status_code == 403
    )
    assert not Submission.objects.filter(organisation=kerkrade).exists()


def test_form_is_refused_with_a_sentence(client, heerlen):
    client.force_login(make_coordinator())

    empty = client.post(reverse("housing:earlier_entry", args=["heerlen"]), {"note": "x"})
    minus = client.post(
        reverse("housing:earlier_entry", args=["heerlen"]), {"note": "x", "homes_2022": "-3"}
    )

    assert empty.status_code == 400
    assert "minstens één van de twee jaren" in empty.text
    assert minus.status_code == 400
    assert not Submission.objects.exists()


def test_stale_form_is_told_that_somebody_was_first(client, heerlen):
    earlier.enter(heerlen, 2022, 212, note="a", by=None, seen=0)
    client.force_login(make_coordinator())

    answer = client.post(
        reverse("housing:earlier_entry", args=["heerlen"]),
        {"homes_2022": "300", "note": "b", "seen_2022": "0"},
        follow=True,
    )

    assert "Iemand anders was u voor" in answer.text
    assert earlier.earlier_years(heerlen)[0].homes == 212


def test_earlier_years_of_many_municipalities_take_the_same_queries(
    client, heerlen, django_assert_max_num_queries
):
    for name, code in (("Kerkrade", "GM0928"), ("Landgraaf", "GM0882")):
        earlier.enter(make_municipality(name, code), 2022, 5, note="a", by=None, seen=0)
    client.force_login(make_coordinator())

    with django_assert_max_num_queries(12):
        client.get(reverse("housing:earlier"))


def test_the_coordinator_reviews_what_an_officer_gave(client, heerlen):
    version = earlier.enter(heerlen, 2022, 212, note="eigen telling", by=None, seen=0)
    client.force_login(make_coordinator())

    assert "212" in client.get(reverse("housing:submission", args=[version.pk])).text
    client.post(reverse("housing:accept", args=[version.pk]))
    version.refresh_from_db()
    assert version.status == "accepted"


# --- own measures ------------------------------------------------------------------------


def indicator(**fields):
    return {"name": "Rapportcijfer", "year": "2025", "value": "6,8", "source": "enquête", **fields}


def test_officer_adds_and_removes_her_own_measure(client, heerlen, vision):
    client.force_login(make_user(heerlen, "reporter"))

    client.post(reverse("agreements:indicator_add"), indicator(municipality=heerlen.pk))

    found = Indicator.objects.get()
    assert (found.value_text, found.municipality) == ("6,8", heerlen)
    assert "Rapportcijfer" in client.get(reverse("agreements:indicators")).text
    assert "Rapportcijfer" in client.get(reverse("monitoring:vision")).text
    client.post(reverse("agreements:indicator_remove", args=[found.pk]))
    assert not Indicator.objects.exists()


def test_nobody_adds_for_another_municipality(client, heerlen, vision):
    kerkrade = make_municipality("Kerkrade", "GM0928")
    own = Indicator.objects.create(
        vision=vision, municipality=kerkrade, name="x", year=2025, value=1, source="y"
    )
    client.force_login(make_user(heerlen, "reporter"))

    assert (
        client.post(
            reverse("agreements:indicator_add"), indicator(municipality=kerkrade.pk)
        ).status_code
        == 400
    )
    assert client.post(reverse("agreements:indicator_remove", args=[own.pk])).status_code == 403
    client.force_login(make_user(make_organisation(kind=Organisation.Kind.TENANTS), "reader"))
    assert client.get(reverse("agreements:indicator_add")).status_code == 403
    assert Indicator.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"value": "veel"}, "getal"),
        ({"value": "6,888"}, "duizendtallen met een punt"),
        ({"year": "2090"}, "tot en met 2027"),
    ],
)
def test_a_measure_that_cannot_be_is_refused(client, heerlen, vision, fields, sentence):
    client.force_login(make_user(heerlen, "reporter"))

    answer = client.post(
        reverse("agreements:indicator_add"), indicator(municipality=heerlen.pk, **fields)
    )

    assert answer.status_code == 400
    assert sentence in answer.text


def test_second_main_line_is_an_effort_of_municipalities(db):
    from django.core.management import call_command

    call_command("load_reference", verbosity=0)
    second = Agreement.objects.get(slug="leefbaarheid-en-tweedeling")

    assert (second.number, second.kind, second.theme.slug) == ("10", "effort", "leefbaarheid")
    assert second.responsible_kinds == ["municipality"]
