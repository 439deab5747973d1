"""Coming in, staying in, and being kept out."""

import logging
import re
from unittest.mock import patch

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings
from django.core import mail
from django.db import OperationalError
from django.test import Client, override_settings

from housing.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "een lange zin die niemand raadt"
WRONG = "horen niet bij elkaar"
TOO_OFTEN = "te vaak"


@pytest.fixture
def person() -> User:
    found = make_user(email="invoerder@weller.test")
    found.set_password(PASSWORD)
    found.save()
    return found


def sign_in(client: Client, login: str, password: str = PASSWORD, **extra: str) -> object:
    return client.post("/inloggen/", {"login": login, "password": password}, **extra)


def is_in(client: Client) -> bool:
    return client.get("/code/").status_code == 200


def test_email_and_password_let_somebody_in(client: Client, person: User) -> None:
    answer = sign_in(client, person.email)

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/start/"
    assert is_in(client)


def test_capitals_in_the_address_do_not_matter(client: Client, person: User) -> None:
    sign_in(client, "Invoerder@Weller.test")

    assert is_in(client)


def test_signing_in_leads_to_the_page_that_was_asked(client: Client, person: User) -> None:
    asked = client.get("/code/").headers["Location"]

    page = client.get(asked).content.decode()
    answer = client.post(
        "/inloggen/", {"login": person.email, "password": PASSWORD, "next": "/code/"}
    )

    assert 'name="next"' in page
    assert answer.headers["Location"] == "/code/"


def test_signing_in_never_leads_to_another_site(client: Client, person: User) -> None:
    form = {"login": person.email, "password": PASSWORD, "next": "https://evil.test/"}

    assert client.post("/inloggen/", form).headers["Location"] == "/start/"


def test_unknown_address_and_wrong_password_give_the_same_answer(
    client: Client, person: User
) -> None:
    wrong = sign_in(client, person.email, "verkeerd")
    unknown = sign_in(client, "niemand@weller.test", "verkeerd")

    def without_token(answer: object) -> str:
        page = answer.content.decode().replace("niemand@", "invoerder@")
        return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", page)

    assert wrong.status_code == unknown.status_code == 200
    assert without_token(wrong) == without_token(unknown)
    assert WRONG in without_token(wrong)


def test_unknown_address_costs_a_hash_too(client: Client, person: User) -> None:
    with patch("django.contrib.auth.base_user.make_password", return_value="!") as hashed:
        sign_in(client, "niemand@weller.test", "verkeerd")

    assert hashed.called


def test_guessing_stops_before_hashing_whatever_the_origin(client: Client, person: User) -> None:
    for attempt in range(5):
        sign_in(client, person.email, "verkeerd", headers={"x-forwarded-for": f"10.0.0.{attempt}"})

    with patch("django.contrib.auth.base_user.check_password") as checked:
        answer = sign_in(client, person.email, headers={"x-forwarded-for": "10.9.9.9"})

    assert not checked.called
    assert TOO_OFTEN in answer.content.decode()
    assert not is_in(client)


def test_guessing_an_unknown_address_is_stopped_alike(client: Client) -> None:
    for _ in range(5):
        sign_in(client, "niemand@weller.test", "verkeerd")

    assert TOO_OFTEN in sign_in(client, "niemand@weller.test", "verkeerd").content.decode()


def test_after_ten_minutes_one_may_try_again(client: Client, person: User) -> None:
    with time_machine.travel("2026-03-02 09:00", tick=False) as clock:
        for _ in range(5):
            sign_in(client, person.email, "verkeerd")
        clock.shift(11 * 60)

        sign_in(client, person.email)

        assert is_in(client)


def test_signing_out_takes_a_post(client: Client, person: User) -> None:
    client.force_login(person)

    client.get("/uitloggen/")
    assert is_in(client)

    client.post("/uitloggen/")
    assert not is_in(client)


def test_nobody_can_make_an_account(client: Client) -> None:
    form = {"email": "nieuw@weller.test", "password1": PASSWORD}

    page = client.post("/account/aanvragen/", form).content.decode()

    assert "Een account krijgt u van de Stadsregio" in page
    assert not User.objects.exists()


def test_forgotten_password_is_replaced_by_a_link_in_the_mail(client: Client, person: User) -> None:
    client.post("/wachtwoord/vergeten/", {"email": person.email})
    message = mail.outbox[0]
    link = re.search(r"http://testserver(/wachtwoord/nieuw/\S+)", message.body)
    assert link is not None
    form_page = client.get(link[1]).headers["Location"]

    client.post(
        form_page, {"password1": "nog een lange zin 22", "password2": "nog een lange zin 22"}
    )
    sign_in(client, person.email, "nog een lange zin 22")

    assert message.subject == "Kies een nieuw wachtwoord voor het portaal"
    assert is_in(client)
    assert "Deze koppeling werkt niet meer" in Client().get(link[1]).content.decode()


def test_asking_a_new_password_does_not_tell_who_has_an_account(
    client: Client, person: User
) -> None:
    known = client.post("/wachtwoord/vergeten/", {"email": person.email}, follow=True)
    unknown = client.post("/wachtwoord/vergeten/", {"email": "x@weller.test"}, follow=True)

    assert known.content == unknown.content
    assert len(mail.outbox) == 2


def test_deactivation_ends_a_session_at_once(client: Client, person: User) -> None:
    client.force_login(person)
    User.objects.update(is_active=False)

    assert not is_in(client)
    assert (
        "stopgezet"
        in client.post(
            "/inloggen/", {"login": person.email, "password": PASSWORD}, follow=True
        ).content.decode()
    )


def test_new_password_ends_other_sessions(client: Client, person: User) -> None:
    client.force_login(person)
    person.set_password("een heel andere zin 8")
    person.save()

    assert not is_in(client)


def test_idle_session_ends(client: Client, person: User) -> None:
    with time_machine.travel("2026-03-02 09:00", tick=False) as clock:
        client.force_login(person)
        assert is_in(client)
        clock.shift(settings.SESSION_IDLE_SECONDS + 1)

        answer = client.get("/code/", follow=True)

        assert "te lang geleden" in answer.content.decode()
        assert not is_in(client)


def test_busy_session_ends_after_twelve_hours(client: Client, person: User) -> None:
    with time_machine.travel("2026-03-02 06:00", tick=False) as clock:
        client.force_login(person)
        for _ in range(12):
            assert is_in(client)
            clock.shift(60 * 60)
        clock.shift(1)

        assert not is_in(client)


def test_without_second_factor_the_only_way_is_to_set_one_up(client: Client, person: User) -> None:
    client.force_login(person)

    with override_settings(MFA_REQUIRED=True):
        turned_away = client.get("/wachtwoord/")
        terms = client.get("/begrippen/")
        out = client.post("/uitloggen/")

    assert turned_away.headers["Location"] == "/code/app/"
    assert terms.headers["Location"] == "/code/app/"
    assert out.headers["Location"] == "/inloggen/"


def confirm(client: Client, proof: dict[str, str]) -> None:
    """Prove once more who this is, as steps that matter ask."""
    asked = client.get("/code/herstel/maken/").headers["Location"]
    client.post(asked, proof)


def current_code(secret: str) -> str:
    counter = next(yield_hotp_counters_from_time())
    return f"{hotp_value(secret, counter):06d}"


def test_second_factor_is_coupled_and_then_asked(client: Client, person: User) -> None:
    sign_in(client, person.email)
    confirm(client, {"password": PASSWORD})
    secret = client.get("/code/app/").context["form"].secret

    coupled = client.post("/code/app/", {"code": current_code(secret)}, follow=True)
    client.post("/uitloggen/")
    asked = sign_in(client, person.email)

    assert "Bewaar uw herstelcodes nu" in coupled.content.decode()
    assert asked.headers["Location"].startswith("/code/invullen/")
    assert not is_in(client)


def test_code_from_the_app_lets_somebody_in(client: Client, person: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    sign_in(client, person.email)

    refused = client.post("/code/invullen/", {"code": "000000"})
    client.post("/code/invullen/", {"code": current_code(secret)})

    assert "Deze code klopt niet" in refused.content.decode()
    assert is_in(client)


def test_guessing_codes_is_stopped(client: Client, person: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    sign_in(client, person.email)
    for _ in range(6):
        client.post("/code/invullen/", {"code": "000000"})

    answer = client.post("/code/invullen/", {"code": current_code(secret)})

    assert TOO_OFTEN in answer.content.decode()
    assert not is_in(client)


def test_required_second_factor_cannot_be_switched_off(client: Client, person: User) -> None:
    TOTP.activate(person, generate_totp_secret())
    client.force_login(person)
    confirm(client, {"password": PASSWORD})

    with override_settings(MFA_REQUIRED=True):
        client.post("/code/app/uitzetten/")
    kept = Authenticator.objects.filter(user=person, type="totp").exists()
    client.post("/code/app/uitzetten/")

    assert kept
    assert not Authenticator.objects.filter(user=person, type="totp").exists()


def test_admin_has_no_door_of_its_own(client: Client) -> None:
    answer = client.get("/beheer/login/")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/inloggen/")


def test_each_sign_in_and_refusal_leaves_a_line_without_secrets(
    client: Client, person: User, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="audit"):
        sign_in(client, person.email, "verkeerd")
        sign_in(client, person.email)
        client.post("/uitloggen/")

    lines = [record.getMessage() for record in caplog.records if record.name == "audit"]
    assert "result=200" in lines[0] and "actor=null" in lines[0]
    assert "result=302" in lines[1] and f"actor={person.pk}" in lines[1]
    assert 'action="account_logout"' in lines[2] and f"actor={person.pk}" in lines[2]
    assert not any(PASSWORD in line or "verkeerd" in line for line in lines)
    assert all('origin="127.0.0.1"' in line for line in lines)


def test_line_cannot_be_forged_by_an_address(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="audit"):
        client.post("/wachtwoord/nieuw/a%0Aactor=1-geheim/")

    (line,) = (record.getMessage() for record in caplog.records if record.name == "audit")
    assert "\n" not in line
    assert "geheim" not in line


def test_health_answers_without_signing_in(client: Client) -> None:
    assert client.get("/gezondheid/").status_code == 200


def test_health_says_when_the_database_is_gone(client: Client) -> None:
    with patch("parkstad.pages.connection.cursor", side_effect=OperationalError):
        assert client.get("/gezondheid/").status_code == 503
