"""Rounds as the coordinator runs them: who owes what, days, more time, messages sent once."""

from datetime import UTC, date, datetime
from io import StringIO

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command

from housing import notices, rounds, versions
from housing.intake.storing import Filing, store
from housing.models import Extension, Notice, Part, Round, RoundTerm
from tests.factories import (
    make_board,
    make_clerk,
    make_coordinator,
    make_municipality,
    make_organisation,
    make_round,
    make_row,
    make_rules,
    make_user,
    make_version,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def weller():
    return make_organisation(name="Weller")


@pytest.fixture
def woonpunt():
    return make_organisation(name="Woonpunt")


@pytest.fixture
def round_(weller, woonpunt):
    make_rules()
    make_municipality()
    found = make_round(
        2026, opens_on=date(2027, 1, 4), closes_on=date(2027, 3, 1),
        corrections_until=date(2027, 4, 1),
    )  # fmt: skip
    for values in rounds.asked_in(found):
        Part.objects.create(round=found, **values)
    return found


@pytest.fixture
def coordinator(client):
    found = make_coordinator()
    client.force_login(found)
    return found


def on(day: str, hour: int = 9):
    return time_machine.travel(datetime.fromisoformat(f"{day}T{hour:02}:00").replace(tzinfo=UTC))


def run() -> str:
    out = StringIO()
    call_command("send_reminders", stdout=out, stderr=out)
    return out.getvalue()


def test_a_round_asks_each_kind_of_party_its_own(round_, weller):
    asked = set(round_.parts.values_list("organisation__name", "kind"))

    assert ("Weller", "completions") in asked
    assert ("Heerlen", "own_figures") in asked
    assert ("Heerlen", "confirmations") in asked
    assert ("Heerlen", "completions") not in asked


def test_page_says_how_many_are_done(client, coordinator, round_, weller):
    make_version(weller, [make_row(year=2026)], year=2026, on="2027-01-20", round=round_)
    with on("2027-02-15"):
        client.force_login(coordinator)
        text = client.get(f"/rondes/{round_.pk}/").content.decode()

    assert "1 van de 3 partijen heeft alles ingediend, 2 zijn nog niet begonnen" in text
    assert "1 opgave wacht op uw oordeel" in text
    assert "Herinner de 2 die nog moeten" in text
    assert "uiterlijk 1 maart 2027, over 14 dagen." in text


def test_what_was_never_handed_in_is_niet_ingediend_until_there_is_more_time(round_, woonpunt):
    def state(day):
        groups = rounds.table_of(round_, day)
        row = next(r for g in groups for r in g.rows if r.organisation == woonpunt)
        return row.shown[0][2]

    assert state(date(2027, 3, 1)) == "nog niet opgegeven"
    assert state(date(2027, 3, 2)) == "niet ingediend"
    Extension.objects.create(
        round=round_, organisation=woonpunt, until=date(2027, 3, 15), reason="ziek"
    )
    assert state(date(2027, 3, 2)) == "nog niet opgegeven"
    assert state(date(2027, 3, 16)) == "niet ingediend"


def test_an_answer_to_the_half_year_leaves_the_whole_year_open(weller):
    make_rules()
    make_municipality()
    whole = make_round(2026)
    half = Round.objects.create(
        year=2026, name="Halfjaar", period_from=date(2026, 1, 1), period_until=date(2026, 6, 30)
    )
    for found in (whole, half):
        Part.objects.create(round=found, organisation=weller, kind="completions", url_name="x")
    filing = Filing(organisation=weller, year=2026, file_format="template", round=half)
    version = store([make_row(year=2026)], filing)
    versions.submit(version, actor=None)

    states = {part.round.name: part.state for part in Part.objects.select_related("round")}
    assert states == {"Ronde 2026": "missing", "Halfjaar": "provisional"}


def test_days_are_kept_per_kind_of_party(client, coordinator, round_):
    answer = client.post(
        f"/rondes/{round_.pk}/dagen/",
        {"opens_on": "04-01-2027", "closes_on": "01-03-2027", "closes_corporation": "1-2-2027",
         "corrections_until": "1 april 2027", "reminder_days": "5, 2"},
    )  # fmt: skip

    assert answer.status_code == 302
    round_.refresh_from_db()
    assert RoundTerm.objects.get().closes_on == date(2027, 2, 1)
    assert (round_.corrections_until, round_.reminder_days) == (date(2027, 4, 1), [5, 2])
    assert round_.is_proposal


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"closes_on": "01-01-2027"}, "voor de opening"),
        ({"corrections_until": "01-02-2027"}, "Verbeteren eindigt niet voor de laatste dag"),
        ({"reminder_days": "veel"}, "hele getallen"),
        ({"closes_on": "31-02-2027"}, "31-02-2027"),
    ],
)
def test_days_that_do_not_fit_are_told(client, coordinator, round_, changed, words):
    data = {"opens_on": "04-01-2027", "closes_on": "01-03-2027", "corrections_until": "",
            "reminder_days": "", **changed}  # fmt: skip
    answer = client.post(f"/rondes/{round_.pk}/dagen/", data)

    assert answer.status_code == 400
    assert words in answer.content.decode()
    round_.refresh_from_db()
    assert round_.closes_on == date(2027, 3, 1)


def test_a_new_round_asks_its_parties(client, coordinator, round_):
    client.post("/rondes/", {"year": "2027", "period_until": "30-06-2027"})

    made = Round.objects.get(year=2027)
    assert (made.name, made.period_until) == ("Ronde 2027 tot en met 30-06", date(2027, 6, 30))
    assert made.parts.count() == 4


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"year": "2026"}, "al een ronde"),
        ({"year": "2027", "period_until": "30-06-2028"}, "Kies een dag in 2027"),
        ({"year": "gisteren"}, ""),
        ({}, ""),
    ],
)
def test_a_round_that_cannot_be_is_refused(client, coordinator, round_, data, words):
    answer = client.post("/rondes/", data)

    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert Round.objects.count() == 1


def test_more_time_with_a_reason(client, coordinator, round_, woonpunt):
    with on("2027-03-05"):
        client.force_login(coordinator)
        page = client.get(f"/rondes/{round_.pk}/uitstel/woonpunt/")
        assert "Gesloten sinds 1 maart 2027" in page.content.decode()
        refused = client.post(
            f"/rondes/{round_.pk}/uitstel/woonpunt/", {"until": "01-03-2027", "reason": "ziek"}
        )
        assert refused.status_code == 400
        client.post(
            f"/rondes/{round_.pk}/uitstel/woonpunt/", {"until": "15-03-2027", "reason": "ziek"}
        )
        clerk = make_clerk(woonpunt)
        client.force_login(clerk)
        assert client.get("/aanleveren/woonpunt/2026/").status_code == 200

    assert Extension.objects.get().actor == coordinator


def test_reopening_asks_a_reason_and_keeps_the_old_figure(client, coordinator, round_, weller):
    version = make_version(
        weller, [make_row(24, year=2026)], year=2026, on="2027-01-20", accepted_on="2027-02-01",
        round=round_,
    )  # fmt: skip
    assert client.post(f"/opgaven/{version.pk}/heropenen/", {}).status_code == 400

    answer = client.post(f"/opgaven/{version.pk}/heropenen/", {"reason": "Eén vergeten"})

    assert answer.status_code == 302
    version.refresh_from_db()
    assert version.status == "accepted"
    assert version.counts
    twice = client.post(f"/opgaven/{version.pk}/heropenen/", {"reason": "weer"}, follow=True)
    assert "werkt al aan een nieuwe versie" in twice.content.decode()


def test_reminders_go_once_to_who_still_owes(round_, weller, woonpunt):
    make_clerk(weller, email="weller@voorbeeld.test")
    make_clerk(woonpunt, email="woonpunt@voorbeeld.test")
    make_version(weller, [make_row(year=2026)], year=2026, on="2027-01-20", round=round_)
    with on("2027-02-24"):  # three working days before 1 March
        run()
        run()

    assert [message.to for message in mail.outbox] == [["woonpunt@voorbeeld.test"]]
    body = mail.outbox[0].body
    assert "Ronde 2026" in body
    assert "opleveringen" in body
    assert "1 maart 2027" in body
    assert "Prestatieafspraken Parkstad Limburg" in body
    assert Notice.objects.get().occasion == "reminder"


@pytest.mark.parametrize(
    ("day", "occasions"),
    [
        ("2027-01-03", []),
        ("2027-01-04", ["opening"]),
        ("2027-02-12", ["opening"]),
        ("2027-02-15", ["reminder"]),
        ("2027-03-01", ["reminder"]),
        ("2027-03-02", ["overdue"]),
        ("2027-03-15", ["overdue"]),
        ("2027-03-16", []),
    ],
)
def test_each_day_has_its_message(round_, woonpunt, day, occasions):
    make_clerk(woonpunt)
    with on(day):
        run()

    assert [notice.occasion for notice in Notice.objects.all()] == occasions


def test_every_reminder_day_writes_again(round_, woonpunt):
    make_clerk(woonpunt)
    for day in range(15, 29):
        with on(f"2027-02-{day}"):
            run()
    with on("2027-03-01"):
        run()

    assert Notice.objects.count() == 2  # ten and three working days ahead


def test_returned_and_accepted_are_told_once(round_, weller):
    make_clerk(weller)
    version = make_version(weller, [make_row(year=2026)], year=2026, on="2027-01-20", round=round_)
    with on("2027-01-21"):
        versions.send_back(version, actor=None, comment="Graag ook de adressen.")
    with on("2027-01-22"):
        run()
        run()
    about = [message for message in mail.outbox if "teruggestuurd" in message.subject]
    assert len(about) == 1
    assert "Graag ook de adressen." in about[0].body


def test_dry_run_sends_nothing(round_, woonpunt):
    make_clerk(woonpunt)
    out = StringIO()
    with on("2027-02-24"):
        call_command("send_reminders", "--dry-run", stdout=out, stderr=StringIO())

    assert "reminder woonpunt 2026" in out.getvalue()
    assert mail.outbox == []
    assert not Notice.objects.exists()


def test_a_mail_that_cannot_be_sent_is_tried_again(round_, woonpunt, monkeypatch):
    make_clerk(woonpunt)
    with on("2027-02-24"):
        with monkeypatch.context() as broken:
            broken.setattr(
                notices, "EmailMessage", lambda *args, **more: (_ for _ in ()).throw(OSError)
            )
            run()
        assert not Notice.objects.exists()
        run()

    assert Notice.objects.count() == 1


def test_coordinator_reminds_once_a_day(client, coordinator, round_, weller, woonpunt):
    make_clerk(weller)
    make_clerk(woonpunt)
    with on("2027-02-10"):
        client.force_login(coordinator)
        one = client.post(f"/rondes/{round_.pk}/herinneren/", {"party": "weller"}, follow=True)
        assert "1 bericht verstuurd" in one.content.decode()
        rest = client.post(f"/rondes/{round_.pk}/herinneren/", follow=True)
        text = rest.content.decode()
        assert "1 bericht verstuurd" in text
        assert "Niemand voert in voor: Heerlen" in text
        again = client.post(f"/rondes/{round_.pk}/herinneren/", {"party": "weller"}, follow=True)
        assert "kreeg vandaag al een bericht" in again.content.decode()
    assert len(mail.outbox) == 2


def test_a_party_sees_only_its_own_messages(client, round_, weller, woonpunt):
    clerk = make_clerk(weller, email="weller@voorbeeld.test")
    make_clerk(woonpunt, email="woonpunt@voorbeeld.test")
    with on("2027-02-24"):
        run()
        client.force_login(clerk)
        text = client.get(f"/rondes/{round_.pk}/berichten/").content.decode()

    assert "weller@voorbeeld.test" in text
    assert "woonpunt@voorbeeld.test" not in text


@pytest.mark.parametrize("make", [make_board, lambda: make_user(make_organisation(), "approver")])
def test_only_the_coordinator_runs_rounds(client, round_, make):
    client.force_login(make())

    for path in ("", f"{round_.pk}/", f"{round_.pk}/dagen/", f"{round_.pk}/uitstel/weller/"):
        assert client.get(f"/rondes/{path}").status_code == 403
    assert client.post(f"/rondes/{round_.pk}/herinneren/").status_code == 403
    assert not mail.outbox


def test_query_ceilings(client, coordinator, round_, weller, django_assert_max_num_queries):
    for number in range(5):
        other = make_organisation(name=f"Corporatie {number}")
        Part.objects.create(round=round_, organisation=other, kind="completions", url_name="x")
        make_version(other, [make_row(year=2026)], year=2026, on=f"2027-01-{20 + number}")
    with django_assert_max_num_queries(24):
        client.get(f"/rondes/{round_.pk}/")
    with django_assert_max_num_queries(10):
        client.get("/rondes/")
