"""Reading along: who may, whom an organisation follows, what is read when, and answering there."""

from datetime import date

import pytest
import time_machine

from agreements.models import Statement
from housing import rounds, versions
from housing.models import (
    Comment,
    Confirmation,
    Following,
    Membership,
    Organisation,
    Part,
    Representation,
)
from housing.municipal import Entered, concept_of, save
from housing.municipal_fields import FIELDS, Given
from monitoring.reading import asked_of, followed_by, fresh_of
from tests.agreements.registers import make_complex
from tests.factories import (
    at,
    make_agreement,
    make_board,
    make_clerk,
    make_coordinator,
    make_local_set,
    make_municipality,
    make_organisation,
    make_round,
    make_row,
    make_rules,
    make_statement,
    make_target,
    make_user,
    make_version,
)

pytestmark = pytest.mark.django_db
PAGE = "/meelezen/"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(at("2026-03-15")):
        yield


@pytest.fixture
def weller():
    make_rules()
    make_target()
    make_municipality()
    make_round(2025)
    return make_organisation(name="Weller")


@pytest.fixture
def heerlen(weller):
    return make_municipality()


@pytest.fixture
def body(weller):
    found = make_organisation(name="Huurders Weller", kind=Organisation.Kind.TENANTS)
    Representation.objects.create(
        tenants=found,
        corporation=weller,
        evidence="Vrijwel zeker: de naam zegt het.",
        source="weller.nl",
    )
    return found


@pytest.fixture
def reader(body):
    return make_user(body, "reader")


def page(client, user, address=PAGE) -> str:
    client.force_login(user)
    return client.get(address).content.decode()


def in_2025(weller, *rows, **fields):
    fields.setdefault("on", "2026-01-20")
    return make_version(weller, rows or [make_row(24, project="Aarveld")], **fields)


# --- who may -------------------------------------------------------------------------------


def test_only_tenants_and_bodies_read_along(client, weller, heerlen, body):
    for user in (
        make_clerk(weller),
        make_user(heerlen, "reporter"),
        make_coordinator(),
        make_board(),
        make_user(),
    ):
        client.force_login(user)
        for address in (PAGE, f"{PAGE}weller/"):
            refused = client.get(address)
            assert refused.status_code == 403
            assert "Meelezen is voor huurdersorganisaties" in refused.content.decode()
        assert client.post(PAGE, {"volgt": "weller"}).status_code == 403
        assert "Meelezen" not in client.get("/afspraken/").content.decode()
    assert not Following.objects.exists()


def test_menu_and_start_lead_there(client, weller, reader):
    in_2025(weller)
    text = page(client, reader, "/start/")

    assert '<a href="/meelezen/"' in text
    assert "Er is 1 nieuw ding te lezen bij Weller" in text
    assert "Weller diende de cijfers over 2025 in" in text


@pytest.mark.parametrize("slug", ["niemand", "huurders-weller", "stadsregio-parkstad-limburg"])
def test_no_page_for_who_gives_no_figures(client, reader, slug):
    make_coordinator()
    client.force_login(reader)
    assert client.get(f"{PAGE}{slug}/").status_code == 404


# --- whom it follows -----------------------------------------------------------------------


def test_own_corporation_and_municipality_stand_there_with_their_source(
    client, weller, heerlen, body, reader
):
    make_local_set(heerlen, 2026, body)

    assert [each.party for each in followed_by(body)] == [weller, heerlen]
    text = page(client, reader)
    assert "Vrijwel zeker: de naam zegt het." in text
    assert "Bron: weller.nl" in text
    assert "is partij bij: Lokaal Heerlen 2026" in text


def test_a_tie_that_ended_or_a_set_of_long_ago_is_none(weller, heerlen, body):
    Representation.objects.update(until=date(2026, 1, 1))
    make_local_set(heerlen, 2024, body)

    assert followed_by(body) == ()


def test_without_any_tie_she_chooses_and_that_is_no_claim(client, weller, heerlen):
    umbrella = make_organisation(name="ROH", kind=Organisation.Kind.UMBRELLA)
    user = make_user(umbrella, "reader")
    text = page(client, user)
    assert "Kies met wie u meeleest" in text
    assert "Zij zegt niets over wie bij wie hoort." in text

    client.post(PAGE, {"volgt": ["weller", "heerlen"]})
    assert [each.party for each in followed_by(umbrella)] == [weller, heerlen]
    assert "dat koos ROH zelf" in page(client, user)
    # A colleague finds the same.
    assert "dat koos ROH zelf" in page(client, make_user(umbrella, "reader"))
    client.force_login(user)
    client.post(PAGE, {"volgt": ["heerlen"]})
    assert [each.party for each in followed_by(umbrella)] == [heerlen]


def test_what_stands_there_by_itself_can_be_taken_out_and_put_back(client, weller, body, reader):
    client.force_login(reader)
    client.post(PAGE, {})
    assert followed_by(body) == ()
    client.post(PAGE, {"volgt": ["weller", "niemand"]})
    assert [each.party for each in followed_by(body)] == [weller]
    assert not Following.objects.exists()
    assert Representation.objects.count() == 1


def test_who_belongs_to_two_chooses_for_which(client, weller, body, reader):
    other = make_organisation(name="Andere Huurders", kind=Organisation.Kind.TENANTS)
    Membership.objects.create(user=reader, organisation=other, role="reader")
    client.force_login(reader)
    client.post(PAGE, {"voor": other.slug, "volgt": ["heerlen"]})

    assert [str(each.party) for each in followed_by(other)] == ["Heerlen"]
    assert [each.party for each in followed_by(body)] == [weller]
    assert "Weller" in page(client, reader, f"{PAGE}?voor={body.slug}")
    assert client.get(f"{PAGE}?voor=weller").status_code == 404


# --- what is read when ---------------------------------------------------------------------


def test_of_a_concept_nothing_is_read(client, weller, body, reader):
    in_2025(weller, submit=False)
    text = page(client, reader, f"{PAGE}weller/?jaar=2025")

    assert "Weller gaf over 2025 nog niets op" in text
    assert "Aarveld" not in text
    assert "24" not in text.partition("<main")[2].replace("2024", "")
    assert fresh_of(reader, [weller]) == []


def test_handed_in_gives_totals_and_no_rows(client, weller, reader):
    in_2025(weller, make_row(24, project="Aarveld"), make_row(3, kind="demolition"))
    text = page(client, reader, f"{PAGE}weller/?jaar=2025")

    assert "Weller gaf 24 nieuwe sociale huurwoningen op over 2025" in text
    assert "voorlopig" in text
    assert "Sloop" in text
    assert "Aarveld" not in text
    assert "zodra de coördinator de opgave heeft vastgesteld" in text


def test_accepted_gives_the_rows_and_never_rent_or_address(client, weller, reader):
    row = make_row(1, project="Aarveld", postcode="6411AB", house_number=12, key="K-77")
    version = in_2025(weller, row, accepted_on="2026-02-01")
    text = page(client, reader, f"{PAGE}weller/?jaar=2025")

    assert "Aarveld, Heerlen: 1 woning" in text
    assert f"/opleveringen/{version.rows.get().pk}/" in text
    assert "6411AB" not in text
    assert "K-77" not in text


def test_marks_stand_beside_the_state(client, weller, heerlen, reader):
    version = in_2025(weller, accepted_on="2026-02-01")
    Confirmation.objects.create(
        submission=version, municipality=heerlen, disputes=True, homes=20, reason="Vier later",
        known_from=at("2026-02-03"),
    )  # fmt: skip
    in_2025(weller, make_row(23, project="Aarveld"), on="2026-03-01")

    for address in (PAGE, f"{PAGE}weller/?jaar=2025"):
        text = page(client, reader, address)
        assert "betwist" in text
        assert "correctie ingediend" in text
    assert "Heerlen betwist dit." in text
    assert "Vier later" not in text  # the reason is between the two sides


def test_municipal_figures_once_handed_in(client, heerlen, reader):
    officer, round_ = make_clerk(heerlen), make_round(2025)
    concept = concept_of(heerlen, 2025, round_, officer)
    save(concept, {"gesloopt": Entered(Given.number(31847), "::")}, officer)
    address = f"{PAGE}heerlen/?jaar=2025"
    assert "31.847" not in page(client, reader, address)

    versions.submit(concept, actor=officer)
    text = page(client, reader, address)
    assert "31.847" in text
    assert "voorlopig" in text


def test_statements_are_read_once_handed_in(client, weller, reader):
    agreement = make_agreement(slug="effort", title="Samen verduurzamen", kind="effort")
    said = make_statement(
        agreement, weller, year=2025, light="watch", cause="permit",
        explanation="De vergunning duurt.", submitted_at=None, status="",
    )  # fmt: skip
    address = f"{PAGE}weller/?jaar=2025"
    assert "De vergunning duurt." not in page(client, reader, address)

    Statement.objects.filter(pk=said.pk).update(submitted_at=at("2026-03-01"), status="running")
    text = page(client, reader, address)
    assert "De vergunning duurt." in text
    assert "let op" in text
    assert "Oorzaak: vergunning" in text
    assert "Weller schreef over 1 afspraak" in text


def test_a_local_agreement_of_others_stays_closed_until_it_begins(client, weller, heerlen, reader):
    set_ = make_local_set(heerlen, 2027, weller)
    agreement = make_agreement(set=set_, slug="nieuw", title="Nog in de maak", kind="effort")
    make_statement(agreement, weller, year=2025, light="on")

    assert "Nog in de maak" not in page(client, reader, f"{PAGE}weller/?jaar=2025")


# --- new, and asked ------------------------------------------------------------------------


def test_new_until_that_year_was_opened(client, weller, body, reader):
    in_2025(weller)
    assert [each.text for each in fresh_of(reader, [weller])] == [
        "Weller diende de cijfers over 2025 in"
    ]
    page(client, reader, f"{PAGE}weller/?jaar=2025")
    assert fresh_of(reader, [weller]) == []
    assert "U bent bij" in page(client, reader)
    # To a colleague it is still new.
    assert fresh_of(make_user(body, "reader"), [weller])

    with time_machine.travel(at("2026-03-16")):
        versions.accept(weller.submissions.get(), actor=None)
        assert [each.text for each in fresh_of(reader, [weller])] == [
            "De cijfers van Weller over 2025 zijn vastgesteld"
        ]


def test_what_waits_for_its_own_word(client, weller, heerlen, body, reader):
    complex_ = make_complex(corporation=weller)
    make_local_set(heerlen, 2026, body)
    round_ = make_round(2025)
    Part.objects.create(
        round=round_, organisation=body, kind=Part.Kind.STATEMENTS, of=2,
        url_name="agreements:party_statements",
    )  # fmt: skip

    found = [(each.text, each.address) for each in asked_of(body)]
    assert found == [
        ("Schrijf hoe het staat met 2 afspraken in Ronde 2025",
         "/afspraken/invullen/huurders-weller/2025/"),
        (f"Geef advies over {complex_} van Weller", f"/afspraken/gebieden/complex/{complex_.pk}/"),
        ("Reageer op, of teken: Lokaal Heerlen 2026", "/afspraken/lokaal/heerlen/2026/"),
    ]  # fmt: skip
    assert "3 dingen wachten op uw woord" in page(client, reader)
    client.force_login(make_clerk(body))
    for _, address in found:
        assert client.get(address).status_code == 200


# --- answering there -----------------------------------------------------------------------


def test_one_says_something_beside_it_and_reads_the_answer_there(client, weller, body, reader):
    in_2025(weller)
    for values in rounds.asked_in(make_round(2025)):
        Part.objects.get_or_create(round=make_round(2025), **values)
    address = f"{PAGE}weller/?jaar=2025"
    text = page(client, reader, address)
    subject = f"figure:{weller.pk}/2025"
    assert f'value="{subject}"' in text
    assert "Iedereen die is ingelogd. Weller ziet uw opmerking op de startpagina." in text
    assert "Alleen Weller, uw eigen organisatie en de coördinator." in text

    posted = {"subject": subject, "text": "Waarom zo weinig?", "party": "weller", "private": "",
              "back": f"{address}#zeg-figure-{weller.pk}-2025"}  # fmt: skip
    said = client.post("/opmerking/", posted)
    assert said.headers["Location"] == posted["back"]
    comment = Comment.objects.get()
    assert (comment.organisation, comment.about, comment.to) == (body, weller, None)

    clerk = make_clerk(weller)
    assert "Waarom zo weinig?" in page(client, clerk, "/start/")
    assert "Waarom zo weinig?" in page(client, clerk, "/partijen/weller/")
    assert "Waarom zo weinig?" not in page(client, clerk, "/start/")
    client.post("/opmerking/", {"subject": subject, "text": "De vergunning kwam laat."})

    assert "De vergunning kwam laat." in page(client, reader, "/start/")
    there = page(client, reader, address)
    assert "De vergunning kwam laat." in there
    assert "nieuw</span>" in there
    assert "De vergunning kwam laat." not in page(client, reader, "/start/")


def test_said_to_one_party_others_read_nothing(client, weller, body, reader):
    agreement = make_agreement(slug="effort", title="Samen", kind="effort")
    statement = make_statement(agreement, weller, year=2025, light="on")
    subject = f"statement:{agreement.pk}/{weller.pk}/{statement.round_id}"
    client.force_login(reader)
    client.post(
        "/opmerking/", {"subject": subject, "text": "Zeg eens.", "party": "weller", "private": "on"}
    )
    where = f"/afspraken/effort/opmerking/{statement.pk}/"

    for user in (reader, make_clerk(weller), make_coordinator()):
        assert "Zeg eens." in page(client, user, where)
    other = make_organisation(name="Andere", kind=Organisation.Kind.TENANTS)
    for user in (make_board(), make_user(other, "reader")):
        assert "Zeg eens." not in page(client, user, where)
    assert "Zeg eens." not in page(client, make_user(other, "reader"), f"{PAGE}weller/?jaar=2025")


def test_a_newer_version_of_a_statement_keeps_what_was_said(client, weller, reader):
    agreement = make_agreement(slug="effort", title="Samen", kind="effort")
    first = make_statement(agreement, weller, year=2025, light="on")
    subject = f"statement:{agreement.pk}/{weller.pk}/{first.round_id}"
    client.force_login(reader)
    client.post("/opmerking/", {"subject": subject, "text": "Zeg eens."})
    newer = make_statement(agreement, weller, year=2025, light="watch", number=2)

    assert "Zeg eens." in page(client, reader, f"/afspraken/effort/opmerking/{newer.pk}/")
    assert "Zeg eens." in page(client, reader, f"{PAGE}weller/?jaar=2025")


@pytest.mark.parametrize(
    "subject",
    ["figure:1", "figure:x/2025", "figure:999999/2025", "figure:1/1999", "figure:1/2025/niets",
     "statement:1/2", "statement:1/2/3", "statement:x/y/z", "region:", "region:1999", "region:x"],
)  # fmt: skip
def test_about_what_is_no_figure_nothing_is_said(client, weller, reader, subject):
    client.force_login(reader)
    said = client.post("/opmerking/", {"subject": subject, "text": "Hallo"})
    assert said.status_code == 404


# --- and for everybody ---------------------------------------------------------------------


@pytest.mark.parametrize("year", ["", "abcd", "1999", "20255", "²025"])
def test_a_year_that_is_none_gives_the_newest(client, weller, reader, year):
    assert "Weller, 2025" in page(client, reader, f"{PAGE}weller/?jaar={year}")


def test_without_rounds_it_says_so(client, reader):
    from housing.models import Round

    Round.objects.all().delete()
    text = page(client, reader, f"{PAGE}weller/")
    assert "Weller is nog niets gevraagd" in text
    assert page(client, reader)


def test_query_ceilings(
    client, weller, heerlen, body, reader, django_assert_max_num_queries
):  # fmt: skip
    in_2025(weller, accepted_on="2026-02-01")
    for number in range(4):
        agreement = make_agreement(slug=f"a{number}", title=f"A{number}", kind="effort")
        make_statement(agreement, weller, year=2025, light="on")
    make_local_set(heerlen, 2026, body)
    page(client, reader)
    with django_assert_max_num_queries(36):
        client.get(PAGE)
    with django_assert_max_num_queries(34):
        client.get(f"{PAGE}weller/?jaar=2025")
    with django_assert_max_num_queries(34):
        client.get(f"{PAGE}heerlen/?jaar=2025")


def test_the_numbers_are_of_homes(client, weller, reader):
    """Parking places are no homes, here as on every other page."""
    in_2025(weller, make_row(24), make_row(10, unit_kind="parking"))

    text = page(client, reader, f"{PAGE}weller/?jaar=2025")

    assert "+24" in text
    assert "+34" not in text


def test_who_speaks_for_several_asks_no_more(
    client, weller, heerlen, body, reader, django_assert_max_num_queries
):
    """Beside each of thirty figures stands a form in which she chooses in whose name."""
    round_, officer = make_round(2025), make_clerk(heerlen)
    concept = concept_of(heerlen, 2025, round_, officer)
    save(concept, {field.key: Entered(Given.number(4), "::") for field in FIELDS}, officer)
    versions.submit(concept, actor=officer)
    also = make_organisation(name="Huurders Heerlen", kind=Organisation.Kind.TENANTS)
    Membership.objects.create(user=reader, organisation=also, role=Membership.Role.READER)
    text = page(client, reader, f"{PAGE}heerlen/?jaar=2025")
    assert text.count("Huurders Heerlen") >= len(FIELDS)
    with django_assert_max_num_queries(34):
        client.get(f"{PAGE}heerlen/?jaar=2025")
