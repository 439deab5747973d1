"""Comments at rows and figures: placed while reviewing, found again at what continues them."""

import pytest

from housing import rounds, versions
from housing.figure_talk import figure_subject
from housing.models import Comment, Part, Submission
from housing.municipal import Entered, concept_of, save
from housing.municipal_fields import Given
from housing.said_at import said_at
from monitoring.start import unread_of
from tests.factories import (
    make_board,
    make_clerk,
    make_coordinator,
    make_municipality,
    make_organisation,
    make_round,
    make_row,
    make_rules,
    make_target,
    make_user,
    make_version,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def weller():
    make_rules()
    make_target()
    make_municipality()
    return make_organisation(name="Weller")


@pytest.fixture
def asked(weller, heerlen):
    round_ = make_round(2025)
    for values in rounds.asked_in(round_):
        Part.objects.create(round=round_, **values)


@pytest.fixture
def version(weller):
    rows = [make_row(24, key="A", project="Aarveld"), make_row(6, key="B", declared="mid_rent")]
    return make_version(weller, rows, on="2026-01-20")


@pytest.fixture
def heerlen(weller):
    return make_municipality()


@pytest.fixture
def figures(heerlen):
    round_ = make_round(2025)
    concept = concept_of(heerlen, 2025, round_, None)
    by = make_clerk(heerlen)
    save(concept, {"gesloopt": Entered(Given.number(4), "::")}, by)
    versions.submit(concept, actor=by)
    concept.refresh_from_db()
    return concept


def point(client, user, subject, text="Klopt deze rij?", **more):
    client.force_login(user)
    return client.post("/opmerking/", {"subject": subject, "text": text, **more})


def page(client, user, address):
    client.force_login(user)
    return client.get(address).content.decode()


def row_of(version, key):
    return version.rows.get(key=key)


def test_reviewer_asks_at_one_row_and_comes_back_to_it(client, weller, version):
    coordinator, row = make_coordinator(), row_of(version, "A")
    address = f"/opgaven/{version.pk}/"

    plain = page(client, coordinator, address)
    assert f"?rij={row.pk}#rij-{row.pk}" in plain
    assert "id_zeg-row" not in plain
    form = page(client, coordinator, f"{address}?rij={row.pk}")
    assert "Alleen Weller, uw eigen organisatie en de coördinator." in form

    said = point(
        client, coordinator, f"row:{row.pk}", party="weller", private="on",
        back=f"{address}#rij-{row.pk}",
    )  # fmt: skip
    assert said.headers["Location"] == f"{address}#rij-{row.pk}"
    assert Comment.objects.get().about == weller
    assert "Klopt deze rij?" in page(client, coordinator, address)


def test_only_a_reviewer_gets_the_form(client, weller, version):
    row = row_of(version, "A")
    for user in (make_clerk(weller), make_board()):
        assert f"?rij={row.pk}" not in page(client, user, f"/opgaven/{version.pk}/")
        asked = page(client, user, f"/opgaven/{version.pk}/?rij={row.pk}")
        assert f"id_zeg-row-{row.pk}" not in asked


@pytest.mark.parametrize("asked", ["rij=999999", "rij=x", "cijfer=niets", "rij=", "rij=²"])
def test_a_form_for_what_is_not_there_is_no_form(client, version, asked):
    client.force_login(make_coordinator())
    assert client.get(f"/opgaven/{version.pk}/?{asked}").status_code == 200


@pytest.mark.parametrize(
    "back", ["https://elders.test/", "//elders.test/x", "/\\elders.test", "javascript:x", ""]
)
def test_one_comes_back_only_to_a_page_of_ours(client, weller, version, back):
    said = point(client, make_clerk(weller), f"version:{version.pk}", back=back)
    assert said.headers["Location"] == f"/opgaven/{version.pk}/#opmerkingen"


def test_what_came_back_names_each_row_on_start_and_version(client, weller, version, asked):
    coordinator, clerk, row = make_coordinator(), make_clerk(weller), row_of(version, "A")
    point(client, coordinator, f"row:{row.pk}", party="weller", private="on")
    versions.send_back(version, actor=coordinator, comment="Zie de rij.")

    start = page(client, clerk, "/start/")
    assert start.count("Klopt deze rij?") == 1  # not once more among what is unread
    assert f"/opleveringen/{row.pk}/" in start
    told = page(client, clerk, f"/opgaven/{version.pk}/")
    assert "Bij deze rijen staat een opmerking:" in told
    typing = page(client, clerk, "/aanleveren/weller/2025/invullen/")
    assert "Klopt deze rij?" in typing


def test_what_was_read_on_the_version_is_unread_no_more(client, weller, version):
    clerk = make_clerk(weller)
    row = row_of(version, "A")
    point(client, make_coordinator(), f"row:{row.pk}", party="weller", private="on")
    assert len(unread_of(clerk)) == 1

    page(client, clerk, f"/opgaven/{version.pk}/")
    assert unread_of(clerk) == []


def test_what_was_handed_in_again_is_no_news_any_more(client, weller, version, asked):
    clerk = make_clerk(weller)
    versions.send_back(version, actor=None, comment="Zie de rij.")
    assert "Uw opgave over 2025 kwam terug" in page(client, clerk, "/start/")

    make_version(weller, [make_row(23, key="A", project="Aarveld")], submit=False)
    assert "Uw opgave over 2025 kwam terug" in page(client, clerk, "/start/")
    versions.submit(Submission.objects.get(status="concept"), actor=clerk)
    assert "Uw opgave over 2025 kwam terug" not in page(client, clerk, "/start/")


def test_new_concept_shows_it_at_the_row_that_continues(client, weller, version):
    coordinator, clerk = make_coordinator(), make_clerk(weller)
    kept, gone = row_of(version, "A"), row_of(version, "B")
    point(client, coordinator, f"row:{kept.pk}", text="Is dit 23?", party="weller")
    point(client, coordinator, f"row:{gone.pk}", text="Bestaat dit?", party="weller")
    versions.send_back(version, actor=coordinator, comment="Zie de rijen.")

    concept = make_version(
        weller, [make_row(23, key="A", project="Aarveld")], stays={gone.pk: False}, submit=False
    )
    now = row_of(concept, "A")
    found = said_at(weller, 2025, concept, clerk)
    assert [(each.comment.text, each.row, each.is_before) for each in found.items] == [
        ("Is dit 23?", now.pk, True),
        ("Bestaat dit?", 0, True),
    ]
    text = page(client, clerk, f"/opgaven/{concept.pk}/")
    assert "bij de vorige versie gezegd" in text
    assert "deze rij staat niet meer in uw opgave" in text
    opened = page(client, clerk, f"/opleveringen/{now.pk}/")
    assert "Is dit 23?" in opened
    # The answer goes to the row it was said at: that one stays.
    assert f'value="row:{kept.pk}"' in opened

    # Saved once more, the concept has other rows again.
    again = make_version(weller, [make_row(22, key="A", project="Aarveld")], submit=False)
    assert [each.row for each in said_at(weller, 2025, again, clerk).at_row(
        row_of(again, "A").pk
    )] == [row_of(again, "A").pk]  # fmt: skip

    # And in a third version it still stands at the same homes.
    versions.submit(again, actor=clerk)
    versions.send_back(again, actor=coordinator, comment="Nog eens.")
    third = make_version(weller, [make_row(21, key="A", project="Aarveld")])
    assert said_at(weller, 2025, third, clerk).at_row(row_of(third, "A").pk)
    # Who resubmits is judged with what was asked before beside the row.
    assert "Is dit 23?" in page(client, coordinator, f"/opgaven/{third.pk}/")


def test_nothing_is_said_at_a_row_of_a_concept(client, weller):
    concept = make_version(weller, [make_row(3)], submit=False)
    row = concept.rows.get()
    clerk = make_clerk(weller)

    assert point(client, clerk, f"row:{row.pk}").status_code == 404
    assert "Schrijf een opmerking" not in page(client, clerk, f"/opleveringen/{row.pk}/")


def test_private_words_at_a_row_stay_between_the_two(client, weller, version, heerlen):
    row, coordinator = row_of(version, "A"), make_coordinator()
    point(client, coordinator, f"row:{row.pk}", party="weller", private="on")

    officer = make_user(heerlen, "reporter")
    for address in (f"/opgaven/{version.pk}/", f"/opleveringen/{row.pk}/"):
        assert "Klopt deze rij?" not in page(client, officer, address)
    assert said_at(weller, 2025, version, officer).items == ()


def test_who_cannot_read_the_row_yet_is_not_addressed(client, weller, version, heerlen):
    make_organisation(name="Woonpunt")
    row = row_of(version, "A")
    refused = point(client, make_clerk(weller), f"row:{row.pk}", party="woonpunt")

    assert refused.status_code == 400
    assert "Woonpunt kan dit nog niet lezen" in refused.content.decode()
    assert point(client, make_clerk(weller), f"row:{row.pk}", party="heerlen").status_code == 302
    versions.accept(version, actor=None)
    assert point(client, make_clerk(weller), f"row:{row.pk}", party="woonpunt").status_code == 302


# --- a municipality's own figures ----------------------------------------------------------


def test_figure_has_its_page_and_is_pointed_at_while_reviewing(client, heerlen, figures):
    coordinator = make_coordinator()
    address = f"/opgaven/{figures.pk}/"
    assert "?cijfer=gesloopt#rij-gesloopt" in page(client, coordinator, address)
    assert "Alleen Heerlen" in page(client, coordinator, f"{address}?cijfer=gesloopt")

    subject = figure_subject(heerlen.pk, 2025, "gesloopt")
    said = point(client, coordinator, subject, text="Vier?", party="heerlen")
    assert said.headers["Location"] == "/cijfer/heerlen/2025/gesloopt/#opmerkingen"
    opened = page(client, coordinator, "/cijfer/heerlen/2025/gesloopt/")
    assert "Gesloopt, niet van een corporatie: 4" in opened
    assert "Vier?" in opened


def test_returned_figures_show_it_on_start_and_beside_the_field(client, heerlen, figures, asked):
    coordinator, officer = make_coordinator(), make_clerk(heerlen)
    subject = figure_subject(heerlen.pk, 2025, "gesloopt")
    point(client, coordinator, subject, text="Vier?", party="heerlen", private="on")
    versions.send_back(figures, actor=coordinator, comment="Zie het cijfer.")

    start = page(client, officer, "/start/")
    assert "Vier?" in start
    assert "/invoer/heerlen/2025/#rij-gesloopt" in start
    entry = page(client, officer, "/invoer/heerlen/2025/")
    assert entry.count("Vier?") == 2  # on top, with a link, and beside the field

    concept = concept_of(heerlen, 2025, make_round(2025), officer)
    found = said_at(heerlen, 2025, concept, officer)
    assert [(each.key, each.is_before) for each in found.items] == [("gesloopt", True)]
    assert "bij de vorige versie gezegd" in page(client, officer, "/invoer/heerlen/2025/")


def test_own_figure_is_told_as_far_as_it_may_be_read(client, heerlen):
    round_ = make_round(2025)
    officer = make_clerk(heerlen)
    concept = concept_of(heerlen, 2025, round_, officer)
    save(concept, {"gesloopt": Entered(Given.number(4), "::")}, officer)
    address = "/cijfer/heerlen/2025/gesloopt/"
    tenants = make_user(make_organisation(name="Huurders", kind="tenants"), "reader")
    others = (make_coordinator(), make_board(), tenants)

    assert "corporatie: 4" in page(client, officer, address)
    for user in others:
        assert "nog niet opgegeven" in page(client, user, address)
    versions.submit(Submission.objects.get(pk=concept.pk), actor=officer)
    for user in others:
        assert "corporatie: 4" in page(client, user, address)


@pytest.mark.parametrize(
    "path", ["heerlen/2025/niets", "weller/2025/gesloopt", "niemand/2025/gesloopt",
             "heerlen/2019/gesloopt", "heerlen/2031/gesloopt"],
)  # fmt: skip
def test_no_page_for_what_is_no_figure(client, heerlen, path):
    make_round(2025)
    client.force_login(make_coordinator())
    assert client.get(f"/cijfer/{path}/").status_code == 404


def test_a_comment_at_a_row_shows_with_that_row_only(client, weller, heerlen):
    """An officer opens a version for her own rows; of another's she reads no comment, which names
    project and homes."""
    make_municipality("Kerkrade", "GM0928")
    rows = [make_row(24, key="A", project="Aarveld"),
            make_row(13, key="B", project="Elders", municipality="kerkrade")]  # fmt: skip
    found = make_version(weller, rows, on="2026-01-20")
    for key, text in (("A", "Klopt Aarveld?"), ("B", "En deze rij?")):
        point(client, make_coordinator(), f"row:{row_of(found, key).pk}", text)
    officer, address = make_clerk(heerlen), f"/opgaven/{found.pk}/"

    before = page(client, officer, address)
    assert "Klopt Aarveld?" in before
    assert "En deze rij?" not in before
    assert "Elders" not in before
    versions.accept(found, actor=None)
    assert "En deze rij?" in page(client, officer, address)


def test_query_ceiling(client, weller, version, heerlen, django_assert_max_num_queries):
    coordinator = make_coordinator()
    for row in version.rows.all():
        point(client, coordinator, f"row:{row.pk}", party="weller")
    with django_assert_max_num_queries(44):
        client.get(f"/opgaven/{version.pk}/")
    make_round(2025)
    with django_assert_max_num_queries(16):
        client.get("/cijfer/heerlen/2025/gesloopt/")
