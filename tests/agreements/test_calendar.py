"""The calendar: what is on it, for whom, and the feed that is read without signing in."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from agreements import due, feed
from agreements.due import Due
from agreements.models import (
    AgreementSet,
    Bid,
    Milestone,
    SparedComplex,
    VulnerableArea,
)
from housing.models import Organisation, RoundTerm, User
from tests.factories import (
    make_agreement,
    make_board,
    make_clerk,
    make_coordinator,
    make_local_set,
    make_municipality,
    make_organisation,
    make_part,
    make_round,
    make_user,
)

TODAY = date(2026, 11, 23)
PAGE = "/afspraken/kalender/"


@pytest.fixture(autouse=True)
def on_a_day_in_november():
    with time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=UTC)):
        yield


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


# --- in order ----------------------------------------------------------------------------


def test_late_comes_first_then_by_month():
    lines = [
        Due("c", date(2027, 1, 3), "C"),
        Due("a", date(2026, 6, 30), "A"),
        Due("opening", date(2026, 1, 1), "was er al", is_event=True),
        Due("far", date(2029, 1, 1), "ver weg"),
        Due("b", date(2026, 11, 23), "B"),
        Due("d", date(2027, 1, 1), "D"),
    ]

    found = due.agenda(lines, TODAY)

    assert [line.key for line in found.late] == ["a"]
    assert [(m.first, [x.key for x in m.lines]) for m in found.months] == [
        (date(2026, 11, 1), ["b"]),
        (date(2027, 1, 1), ["d", "c"]),
    ]


@pytest.mark.parametrize(
    ("lines", "mine", "says"),
    [
        ([], True, "Er staat voor u niets op de kalender"),
        ([], False, "Er staat niets op de kalender"),
        ([Due("a", date(2026, 12, 1), "Tekenen")], True,
         "Het eerste voor u is op 1 december 2026: Tekenen"),
        ([Due("a", date(2026, 6, 30), "Bod")], True, "1 ding is voor u te laat"),
        (
            [Due("a", date(2026, 6, 30), "A"), Due("b", date(2026, 6, 30), "B"),
             Due("c", date(2027, 1, 1), "C")],
            False,
            "2 dingen zijn te laat; het volgende is op 1 januari 2027",
        ),
    ],
)  # fmt: skip
def test_the_heading_is_the_answer(lines, mine, says):
    assert due.answer(due.agenda(lines, TODAY), mine=mine) == says


# --- the page ----------------------------------------------------------------------------


@pytest.fixture
def place(db) -> Organisation:
    return make_municipality("Heerlen", "GM0917")


@pytest.fixture
def weller(db) -> Organisation:
    return make_organisation(name="Weller")


@pytest.fixture
def tenants(db) -> Organisation:
    return make_organisation(name="Huurders", kind=Organisation.Kind.TENANTS)


@pytest.fixture
def set_(place, weller, tenants) -> AgreementSet:
    made = make_local_set(place, 2027, weller, make_organisation(name="Woonpunt"), tenants)
    Bid.objects.create(set=made, corporation=weller, received_on=date(2026, 6, 1))
    return made


def shown(user: User, who: str = "iedereen") -> str:
    page = signed_in(user).get(PAGE, {"wie": who})
    assert page.status_code == 200
    return page.text.partition("<main")[2]


def test_the_days_of_every_year_are_there_for_everybody(db):
    text = shown(make_user())

    assert "Biedingen voor 2028" in text
    assert "30 juni 2027" in text
    assert "Lokale afspraken over 2027 tekenen" in text
    assert "14 december 2026" in text


def test_what_is_missing_in_a_set_is_named_to_who_may_read_it(set_, weller, place):
    assert "Bod voor 2027 in Heerlen" in shown(make_clerk(weller))
    assert "Bod voor 2027 in Heerlen" in shown(make_coordinator())
    assert "Bod voor 2027 in Heerlen" in shown(make_board())
    assert "in Heerlen" not in shown(make_user())


def test_mine_is_what_my_party_is_to_do(set_, weller, place):
    woonpunt = Organisation.objects.get(slug="woonpunt")

    late = shown(make_clerk(woonpunt), "mij")
    done = shown(make_clerk(weller), "mij")

    assert "1 ding is voor u te laat" in late
    assert "Bod voor 2027 in Heerlen" in late
    assert "Bod voor 2027 in Heerlen" not in done
    assert "Afspraken over 2027 in Heerlen tekenen" in done


def test_a_party_sees_its_own_first_and_who_watches_sees_all(set_, weller):
    assert "wie=iedereen" in signed_in(make_clerk(weller)).get(PAGE).text
    for user in (make_coordinator(), make_board()):
        assert "van iedereen." in signed_in(user).get(PAGE).text


def test_a_municipality_is_told_to_begin_the_next_year(place):
    assert "De afspraken over 2027 van Heerlen beginnen" in shown(make_clerk(place), "mij")
    make_local_set(place, 2027)
    assert "beginnen" not in shown(make_clerk(place), "mij")


def test_the_evaluation_is_asked_after_a_signed_year(place, weller):
    make_local_set(place, 2025, weller, signed_on=date(2024, 12, 1))
    unsigned = shown(make_clerk(place), "mij")
    assert "Evaluatie van 2025" not in unsigned

    set_ = AgreementSet.objects.get(first_year=2025)
    for party in set_.parties.all():
        set_.signatures.create(organisation=party, signed_on=date(2024, 12, 1))
    text = shown(make_clerk(place), "mij")
    assert "Evaluatie van 2025 in Heerlen" in text
    assert "30 juni 2026" in text
    assert "voorstel, nog niet vastgesteld" in text


def test_rounds_and_what_one_owes(weller, tenants):
    round_ = make_round(2026, opens_on=date(2026, 12, 1), closes_on=date(2027, 3, 1))
    RoundTerm.objects.create(round=round_, party_kind="corporation", closes_on=date(2027, 2, 1))
    part = make_part(round_, weller)

    everybody = shown(make_user(tenants, "reader"))
    assert "Ronde 2026 opent" in everybody
    assert "Ronde 2026: laatste dag voor corporaties" in everybody
    assert "Ronde 2026: opleveringen" not in everybody
    mine = shown(make_clerk(weller), "mij")
    assert "Ronde 2026: opleveringen" in mine
    assert "1 februari 2027" in mine

    part.state = part.State.SUBMITTED
    part.save()
    assert "Ronde 2026: opleveringen" not in shown(make_clerk(weller), "mij")


def test_agreements_and_milestones_that_are_not_done(place, weller):
    study = make_agreement(
        kind="study", title="Onderzoek", slug="grondprijs", due_on=date(2026, 10, 1),
        responsible_kinds=["municipality"], parties=[place],
    )  # fmt: skip
    make_agreement(kind="effort", title="Inspanning", due_on=date(2026, 10, 1))
    step = Milestone.objects.create(
        agreement=study, title="Eerste stap", due_on=date(2027, 2, 2), organisation=place
    )

    text = shown(make_clerk(place), "mij")
    assert "Onderzoek: klaar" in text
    assert "Eerste stap (Onderzoek)" in text
    # Of an effort the parties say themselves how it stands: a day alone makes it not late.
    assert "Inspanning" not in shown(make_coordinator())

    study.outcome_on = step.done_on = date(2026, 11, 1)
    study.save()
    step.save()
    text = shown(make_clerk(place), "mij")
    assert "Onderzoek: klaar" not in text
    assert "Eerste stap" not in text


def test_an_agreement_of_a_set_that_is_not_open_yet_stays_closed(set_):
    made = make_agreement(
        set=set_, number="1", slug="h-1", kind="study", title="Geheim plan",
        due_on=date(2027, 3, 1),
    )  # fmt: skip
    Milestone.objects.create(agreement=made, title="Stap", due_on=date(2027, 2, 1))

    assert "Geheim plan" not in shown(make_user())
    assert "Geheim plan" in shown(make_coordinator())


@pytest.fixture
def complex_(place, weller) -> SparedComplex:
    area = VulnerableArea.objects.create(
        name="Noord", municipality=place, ends_on=date(2027, 5, 1), source="test"
    )
    return SparedComplex.objects.create(
        area=area, corporation=weller, name="Flat aan het plein",
        spared_from=date(2026, 1, 1), spared_until=date(2027, 4, 1),
        evaluation_on=date(2026, 10, 1),
    )  # fmt: skip


def test_terms_of_complexes_are_for_those_who_may_know(complex_, place, weller, tenants):
    for user in (make_clerk(place), make_clerk(weller), make_coordinator()):
        text = shown(user)
        assert "Flat aan het plein: ontzien loopt af" in text
        assert "Flat aan het plein: evaluatie" in text
    other = make_clerk(make_organisation(name="Ander"))
    for user in (other, make_board(), make_user(tenants, "reader")):
        text = shown(user)
        assert "Flat aan het plein" not in text
        assert "Gebied Noord loopt af" in text


def test_query_count_stays_flat(set_, complex_, weller, django_assert_max_num_queries):
    make_part(make_round(2026, closes_on=date(2027, 3, 1)), weller)
    for number in range(5):
        made = make_agreement(kind="study", due_on=date(2027, 1, 1), parties=[weller])
        Milestone.objects.create(agreement=made, title=f"S{number}", due_on=date(2027, 2, 1))
    user = make_clerk(weller)
    client = signed_in(user)

    with django_assert_max_num_queries(40):
        client.get(PAGE)
    with django_assert_max_num_queries(36):
        Client().get(reverse("agreements:calendar_feed", args=[feed.key_of(user)]))


def test_the_page_is_only_read(weller):
    assert signed_in(make_clerk(weller)).post(PAGE).status_code == 405
    assert Client().get(PAGE).url.startswith("/inloggen/")


# --- the feed ----------------------------------------------------------------------------


def address_of(user: User) -> str:
    found = re.search(r"http://testserver(/afspraken/kalender/[^<]+\.ics)", shown(user))
    assert found
    return found[1]


def test_the_address_on_the_page_works_without_signing_in(set_, weller):
    answer = Client().get(address_of(make_clerk(weller)))

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer.headers["Cache-Control"]
    text = answer.content.decode()
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "SUMMARY:Bod voor 2027 in Heerlen" in text
    assert "UID:bid-heerlen-2027@prestatieafspraken-parkstad" in text
    assert "DTSTART;VALUE=DATE:20260630" in text
    assert text.count("BEGIN:VEVENT") == text.count("END:VEVENT") == text.count("DTSTAMP:")


def test_the_feed_is_read_as_its_owner_reads(set_, weller):
    outsider = Client().get(address_of(make_user())).content.decode()

    assert "in Heerlen" not in outsider
    # There always is something: RFC 5545 wants it.
    assert "SUMMARY:Biedingen voor 2028" in outsider


def test_complexes_never_leave_the_portal(complex_, place):
    for user in (make_clerk(place), make_coordinator()):
        text = Client().get(address_of(user)).content.decode().replace("\r\n ", "")
        assert "Flat aan het plein" not in text
        assert "Gebied Noord loopt af" in text


def test_uids_stay_the_same(set_, weller):
    address = address_of(make_clerk(weller))

    def uids() -> list[str]:
        return re.findall(r"UID:(\S+)", Client().get(address).content.decode())

    first = uids()
    with time_machine.travel(datetime(2026, 11, 25, 12, tzinfo=UTC)):
        assert uids() == first
    assert len(set(first)) == len(first)


def test_demonstration_says_so_in_name_and_each_event(set_, weller):
    user = make_clerk(weller)
    assert "verzonnen" not in Client().get(address_of(user)).content.decode()

    AgreementSet.objects.update(is_demo=True)

    text = Client().get(address_of(user)).content.decode().replace("\r\n ", "")
    name = r"X-WR-CALNAME:Prestatieafspraken Parkstad Limburg (Voorbeeldcijfers\, verzonnen.)"
    assert name in text
    assert text.count(r"DESCRIPTION:Voorbeeldcijfers\, verzonnen.") == text.count("BEGIN:VEVENT")


def test_a_new_password_ends_the_address_and_gives_a_new_one(weller):
    user = make_clerk(weller)
    old = address_of(user)

    user.set_password("een-heel-nieuw-wachtwoord")
    user.save()

    assert Client().get(old).status_code == 404
    new = address_of(User.objects.get(pk=user.pk))
    assert new != old
    assert Client().get(new).status_code == 200


def test_an_account_that_stopped_has_no_feed(weller):
    user = make_clerk(weller)
    address = address_of(user)

    user.is_active = False
    user.save()
    assert Client().get(address).status_code == 404

    user.delete()
    assert Client().get(address).status_code == 404


def test_keys_that_are_not_ours(weller):
    user, other = make_clerk(weller), make_user()
    key = feed.key_of(user)
    said, _, signature = key.rpartition(".")
    mixed = f"{feed.key_of(other).rpartition('.')[0]}.{signature}"
    wrong = ["x", "1-abc", key[:-1], f"{key}x", said, mixed, f"{user.pk}.{signature}", "é", "..."]

    for each in wrong:
        assert feed.user_of(each) is None
        path = reverse("agreements:calendar_feed", args=[each])
        assert Client().get(path).status_code == 404
        assert signed_in(user).get(path).status_code == 404
    assert feed.user_of(key) == user


def test_the_key_tells_nothing_of_the_password_and_opens_nothing_else(weller):
    user = make_clerk(weller)
    user.set_password("een-heel-nieuw-wachtwoord")
    user.save()

    assert user.get_session_auth_hash() not in feed.key_of(user)
    assert user.password not in feed.key_of(user)
    assert Client().post(address_of(user)).status_code == 405
    assert "sessionid" not in Client().get(address_of(user)).cookies


def test_the_key_is_not_in_the_audit_trail(weller, caplog):
    address = address_of(make_clerk(weller))
    key = address.rsplit("/", 1)[1].removesuffix(".ics")

    with caplog.at_level("INFO", logger="audit"):
        Client().post(address)  # changes nothing, but is noted

    noted = [record.getMessage() for record in caplog.records if record.name == "audit"]
    assert noted
    assert key not in "".join(noted)
