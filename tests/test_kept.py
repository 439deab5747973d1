"""What is typed when a session has ended is not lost, is nobody else's, and is never forged."""

from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from housing.models import Comment, Organisation, Submission, User
from parkstad.kept import MOST_BYTES, MOST_FIELDS, PLACES
from tests.factories import (
    make_agreement,
    make_clerk,
    make_coordinator,
    make_municipality,
    make_organisation,
    make_round,
    make_row,
    make_rules,
    make_version,
)

pytestmark = pytest.mark.django_db
URL = "/aanleveren/weller/2025/invullen/"
START = settings.LOGIN_REDIRECT_URL
NOTE = "Wat u typte toen u werd uitgelogd, staat nog klaar."
ROW = {
    "municipality": "Heerlen",
    "project": "Aarveld <b>noord</b>",
    "segment": "sociale huur",
    "mutation": "Nieuwbouw",
    "when": "12-03-2025",
    "homes": "24",
    "rent": "712,40",
}
TYPED = {f"rij-0-{name}": text for name, text in ROW.items()} | {
    "rij-TOTAL_FORMS": "1",
    "rij-INITIAL_FORMS": "0",
    "expected": "",
}


class Forms(HTMLParser):
    """The forms of a page: their addresses, and their hidden fields."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((at.get("action", ""), {}))
        elif tag == "input" and at.get("type") == "hidden" and self.found:
            self.found[-1][1][at["name"]] = at.get("value", "")


@pytest.fixture(autouse=True)
def reference() -> None:
    make_municipality()
    make_rules()
    make_round(2025)


@pytest.fixture
def weller() -> Organisation:
    return make_organisation(name="Weller")


@pytest.fixture
def clerk(weller: Organisation) -> User:
    return make_clerk(weller)


def forms(client: Client, url: str = URL) -> list[tuple[str, dict[str, str]]]:
    """The forms of the note on a page; none when it tells of nothing."""
    html = client.get(url).content.decode()
    if NOTE not in html:
        return []
    note = html[html.index(NOTE) :]
    return [each for each in Forms(note).found if "typed" in each[1] or "/getypt/" in each[0]]


def sent_again(client: Client, url: str = URL) -> Any:
    (action, fields), *_ = forms(client, url)
    fields.pop("csrfmiddlewaretoken", None)
    return client.post(action, fields)


def test_what_was_typed_is_there_after_signing_in(client: Client, clerk: User) -> None:
    turned_away = client.post(URL, TYPED)

    assert turned_away.url == f"/inloggen/?next={URL}"
    assert "Na het inloggen staat het klaar." in client.get(turned_away.url).content.decode()
    client.force_login(clerk)
    html = client.get(URL).content.decode()
    assert NOTE in html
    assert "Aarveld <b>noord</b>" in unescape(html)
    assert "<b>noord" not in html
    assert not Submission.objects.exists()  # nothing is stored before somebody says so
    sent_again(client)
    assert Submission.objects.get().rows.get().homes == 24
    assert forms(client) == []


def test_a_form_on_a_page_of_its_own_is_known_by_its_words(client: Client) -> None:
    url = f"/afspraken/{make_agreement().slug}/bewerken/"
    client.post(url, {"text": "Minstens 1.350 woningen in vijf jaar.", "theme": "1"})
    client.force_login(make_coordinator())

    html = client.get(url).content.decode()

    assert "<li>Minstens 1.350 woningen in vijf jaar.</li>" in html
    action, fields = forms(client, url)[0]
    assert (action, fields["theme"]) == (url, "1")


def test_the_start_page_tells_it_too(client: Client, clerk: User) -> None:
    client.post(URL, TYPED)
    client.force_login(clerk)

    assert forms(client, START)[0][0] == URL
    assert forms(client, "/aanleveren/") == []


def test_thrown_away(client: Client, clerk: User) -> None:
    client.post(URL, TYPED)
    client.force_login(clerk)
    drop = forms(client)[1][0]

    assert client.get(drop).status_code == 405
    assert client.post(drop).url == URL
    assert forms(client) == []
    assert client.post(drop).status_code == 404


def test_refused_form_holds_its_own_text(client: Client, clerk: User) -> None:
    """Sent again with a fault in it, the page that refuses it shows it in its fields."""
    client.post(URL, TYPED | {"rij-0-homes": "veel"})
    client.force_login(clerk)

    html = sent_again(client).content.decode()

    assert 'value="veel"' in html
    assert NOTE not in html
    assert forms(client) == []


def test_stays_when_it_could_not_be_used(client: Client, clerk: User) -> None:
    """Somebody else at this computer may not send it; the one who may, still can."""
    client.post(URL, TYPED)
    client.force_login(make_clerk(make_organisation(name="Woonpunt")))
    (action, fields), _ = forms(client, START)

    assert client.post(action, fields).status_code == 403
    assert len(forms(client, START)) == 2


def test_stays_when_the_page_turns_it_away(
    client: Client, clerk: User, weller: Organisation
) -> None:
    """The round closed in the meantime: a sentence says so, the text waits."""
    made = make_version(weller, [make_row(2)], on="2026-01-20")
    url = reverse("housing:send_back", args=[made.pk])
    client.post(url, {"comment": "Kijk naar rij 2."})
    client.force_login(make_coordinator())
    Submission.objects.filter(pk=made.pk).update(status=Submission.Status.WITHDRAWN)
    page = reverse("housing:submission", args=[made.pk])

    sent_again(client, page)

    assert "Kijk naar rij 2." in client.get(page).content.decode()


def test_a_return_comment_is_shown_at_the_submission(
    client: Client, clerk: User, weller: Organisation
) -> None:
    made = make_version(weller, [make_row(2)], on="2026-01-20")
    url = reverse("housing:send_back", args=[made.pk])
    page = reverse("housing:submission", args=[made.pk])

    assert client.post(url, {"comment": "Kijk naar rij 2."}).url == f"/inloggen/?next={page}"
    client.force_login(make_coordinator())
    sent_again(client, page)

    made.refresh_from_db()
    assert made.status == Submission.Status.RETURNED
    assert made.events.order_by("-pk")[0].comment == "Kijk naar rij 2."


def test_a_comment_is_shown_where_it_was_written(
    client: Client, clerk: User, weller: Organisation
) -> None:
    made = make_version(weller, [make_row(2)], on="2026-01-20")
    page = reverse("housing:submission", args=[made.pk])
    said = {"subject": f"version:{made.pk}", "text": "Dit klopt niet."}

    away = client.post(reverse("housing:comment"), said, HTTP_REFERER=f"http://testserver{page}")

    assert away.url == f"/inloggen/?next={page}"
    client.force_login(clerk)
    sent_again(client, page)
    assert Comment.objects.get().text == "Dit klopt niet."


@pytest.mark.parametrize(
    "referer", ["", "http://elders.example/", "http://testserver//elders/", "http://["]
)
def test_an_unknown_page_is_the_start_page(client: Client, referer: str) -> None:
    away = client.post(reverse("housing:comment"), {"text": "Hallo"}, HTTP_REFERER=referer)

    assert away.url == f"/inloggen/?next={START}"


def test_a_button_leads_back_to_the_page_it_stood_on(
    client: Client, clerk: User, weller: Organisation
) -> None:
    """A step that has no page of its own would be an empty page after signing in."""
    made = make_version(weller, [make_row(2)], submit=False)
    page = reverse("housing:submission", args=[made.pk])
    url = reverse("housing:submit", args=[made.pk])

    away = client.post(url, HTTP_REFERER=f"http://testserver{page}")

    assert away.url == f"/inloggen/?next={page}"


def test_ends_after_a_day_and_with_the_session(client: Client, clerk: User) -> None:
    with time_machine.travel("2026-03-02 09:00Z", tick=False) as clock:
        client.post(URL, TYPED)
        clock.shift(11 * 3600)
        client.force_login(clerk)
        assert len(forms(client)) == 2
        clock.shift(3600)
        assert len(forms(client)) == 2
        client.post("/uitloggen/")
        client.force_login(clerk)
        assert forms(client) == []

        client.post("/uitloggen/")
        client.post(URL, TYPED)
        client.force_login(clerk)
        for _ in range(11):
            clock.shift(3600)
            assert len(forms(client)) == 2
        kept = client.session
        kept["typed"][0]["at"] -= 13 * 3600
        kept.save()
        assert forms(client) == []


def test_idle_session_knows_whose_it_is(client: Client, clerk: User, weller: Organisation) -> None:
    """Who signs in at the same computer does not read what a colleague was typing."""
    with time_machine.travel("2026-03-02 09:00Z", tick=False) as clock:
        client.force_login(clerk)
        client.get(URL)
        clock.shift(settings.SESSION_IDLE_SECONDS + 1)
        away = client.post(URL, TYPED)

        assert away.url == f"/inloggen/?next={URL}"
        assert "te lang geleden" in client.get(away.url).content.decode()
        client.force_login(make_clerk(weller))
        assert forms(client) == []

        client.session.flush()
        client.force_login(clerk)
        client.get(URL)
        clock.shift(settings.SESSION_IDLE_SECONDS + 1)
        client.post(URL, TYPED)
        client.force_login(clerk)
        assert len(forms(client)) == 2


def test_other_browser_has_nothing(client: Client, clerk: User) -> None:
    client.post(URL, TYPED)
    other = Client()
    other.force_login(clerk)

    assert forms(other) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"rij-0-project": "x" * (MOST_BYTES + 1)},
        {f"rij-{number}-project": "x" for number in range(MOST_FIELDS + 1)},
    ],
)
def test_too_much_is_not_kept_and_she_is_told(
    client: Client, clerk: User, fields: dict[str, str]
) -> None:
    away = client.post(URL, fields)

    assert "is niet bewaard: het was te veel" in client.get(away.url).content.decode()
    client.force_login(clerk)
    assert forms(client) == []


def test_not_more_than_a_disk_can_bear(client: Client) -> None:
    cache.clear()
    for number in range(70):
        Client().post(URL, {"rij-0-project": str(number)})

    assert Session.objects.count() <= 70
    kept = [each.get_decoded() for each in Session.objects.all()]
    assert sum("typed" in each for each in kept) == 60


def test_five_forms_and_the_same_form_once(client: Client, clerk: User) -> None:
    for text in ("a", "b", "b", "c", "d", "e", "f"):
        client.post(URL, {"rij-0-project": text})
    client.force_login(clerk)

    kept = [fields["rij-0-project"] for _, fields in forms(client) if "typed" in fields]
    assert kept == ["b", "c", "d", "e", "f"]


def test_never_a_password_nor_what_saves_itself(client: Client, clerk: User) -> None:
    client.post("/inloggen/", {"login": clerk.email, "password": "geheim"})
    client.post("/wachtwoord/", {"oldpassword": "geheim"})
    client.post(URL, TYPED, HTTP_X_AUTOSAVE="1")

    assert "typed" not in client.session
    assert not any(name.startswith(("account_", "mfa_", "admin")) for name in PLACES)


def test_a_page_that_does_not_exist_keeps_nothing(client: Client) -> None:
    assert client.post("/aanleveren/weller/2025/bestaat-niet/", TYPED).status_code == 404
    assert "typed" not in client.session


# --- forged forms -------------------------------------------------------------------------


@pytest.fixture
def browser() -> Client:
    """One that must send the form token."""
    return Client(enforce_csrf_checks=True)


FORGED = (
    {},
    {"HTTP_ORIGIN": "null"},
    {"HTTP_ORIGIN": "http://elders.example"},
    {"HTTP_ORIGIN": "https://testserver"},
    {"HTTP_ORIGIN": "http://testserver", "HTTP_SEC_FETCH_SITE": "cross-site"},
    {"HTTP_ORIGIN": "http://testserver", "HTTP_SEC_FETCH_SITE": "same-site"},
    {"HTTP_REFERER": "http://testserver/start/"},
)


@pytest.mark.parametrize("headers", FORGED)
@pytest.mark.parametrize("signed_in", [True, False])
def test_forged_form_is_refused_and_never_kept(
    browser: Client, clerk: User, headers: dict[str, str], signed_in: bool
) -> None:
    if signed_in:
        browser.force_login(clerk)

    answer = browser.post(URL, TYPED, **headers)

    assert answer.status_code == 403
    assert "typed" not in browser.session
    browser.force_login(clerk)
    assert forms(browser) == []


def test_forged_form_in_an_idle_session_is_refused(browser: Client, clerk: User) -> None:
    with time_machine.travel("2026-03-02 09:00Z", tick=False) as clock:
        browser.force_login(clerk)
        browser.get(URL)
        clock.shift(settings.SESSION_IDLE_SECONDS + 1)

        assert browser.post(URL, TYPED).status_code == 403
        assert "typed" not in browser.session
        assert "_auth_user_id" not in browser.session


def test_own_form_with_an_old_token_is_kept(browser: Client, clerk: User) -> None:
    """She signed in again in another window: the token changed, the form stayed."""
    browser.force_login(clerk)
    old = browser.get(URL).context["csrf_token"]
    browser.cookies["csrftoken"] = "n" * 32
    sent = TYPED | {"csrfmiddlewaretoken": str(old)}

    answer = browser.post(
        URL, sent, HTTP_ORIGIN="http://testserver", HTTP_SEC_FETCH_SITE="same-origin"
    )

    assert answer.url == URL
    (action, fields), _ = forms(browser)
    assert fields["csrfmiddlewaretoken"] != str(old)
    assert browser.post(action, fields).status_code == 302
    assert Submission.objects.get().rows.get().homes == 24


def test_other_forms_with_an_old_token_are_refused_as_before(browser: Client, clerk: User) -> None:
    browser.force_login(clerk)

    answer = browser.post(
        "/wachtwoord/", {"oldpassword": "geheim"}, HTTP_ORIGIN="http://testserver"
    )

    assert answer.status_code == 403
    assert "Dit formulier is verlopen" in answer.content.decode()
    assert "typed" not in browser.session


def test_sent_again_takes_a_token(browser: Client, clerk: User) -> None:
    browser.force_login(clerk)
    token = str(browser.get(URL).context["csrf_token"])
    browser.logout()
    browser.cookies["csrftoken"] = browser.cookies.get("csrftoken", "") or "n" * 32
    browser.post(URL, TYPED | {"csrfmiddlewaretoken": token}, HTTP_ORIGIN="http://testserver")
    browser.force_login(clerk)
    (action, fields), _ = forms(browser)
    fields.pop("csrfmiddlewaretoken")

    assert browser.post(action, fields).status_code == 403
    assert not Submission.objects.exists()
    assert len(forms(browser)) == 2
