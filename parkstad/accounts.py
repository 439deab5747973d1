"""Accounts as we want them of allauth: given by a keeper, never made by a visitor."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
)
from allauth.account.forms import ReauthenticateForm as ConfirmForm
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.conf import settings
from django.forms import EmailInput, Form
from django.http import HttpRequest

TOO_OFTEN = (
    "Er is te vaak een verkeerd wachtwoord of een verkeerde code ingevuld. "
    "Wacht tien minuten en probeer het dan opnieuw."
)


class ClosedAccounts(DefaultAccountAdapter):
    """No sign-up, and one sentence for every reason why signing in fails."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": (
            "Dit e-mailadres en wachtwoord horen niet bij elkaar. "
            "Controleer ze, of vraag een nieuw wachtwoord aan."
        ),
        "too_many_login_attempts": TOO_OFTEN,
        "rate_limited": TOO_OFTEN,
        "incorrect_password": "Dit wachtwoord klopt niet.",
        "incorrect_code": "Deze code klopt niet. Vul de code in die uw app nu toont.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: the Stadsregio's keeper makes accounts."""
        return False

    def get_user_search_fields(self) -> list[str]:
        """Our users have no user name, so only the address is searched."""
        return ["email"]


class SecondFactor(DefaultMFAAdapter):
    """The code from an app, which cannot be switched off where it is required."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "Deze code klopt niet. Vul de code in die uw app nu toont.",
        "cannot_delete_authenticator": (
            "U kunt de code uit de app niet uitzetten: elk account van het portaal heeft die nodig."
        ),
        "rate_limited": TOO_OFTEN,
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Only where a second factor is a choice."""
        return not settings.MFA_REQUIRED


class SignInForm(LoginForm):
    """E-mail address and password, in our words and without placeholders."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "E-mailadres"
        self.fields["login"].widget = EmailInput({"autocomplete": "email"})
        label_passwords(self)


class CodeForm(AuthenticateForm):
    """The code from the app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label_code(self)


class CodeAgainForm(ReauthenticateForm):
    """The code once more, before a step that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label_code(self)


class CoupleForm(ActivateTOTPForm):
    """The first code of an app that is being coupled."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label_code(self)


def label_code(form: Form) -> None:
    """Give the field `code` our label, and no placeholder."""
    form.fields["code"].label = "Code"
    form.fields["code"].widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}


class PasswordAgainForm(ConfirmForm):
    """The password once more, before a step that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label_passwords(self)


class ChangeForm(ChangePasswordForm):
    """The old password and twice the new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label_passwords(self)


class NewForm(ResetPasswordKeyForm):
    """Twice the new password, after the link from the mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label_passwords(self)


def label_passwords(form: Form) -> None:
    """Give password fields our labels, without placeholders and without a list of rules."""
    labels = {
        "password": ("Wachtwoord", "current-password"),
        "oldpassword": ("Huidig wachtwoord", "current-password"),
        "password1": ("Nieuw wachtwoord", "new-password"),
        "password2": ("Nieuw wachtwoord, nog een keer", "new-password"),
    }
    for name, (label, complete) in labels.items():
        if name in form.fields:
            form.fields[name].label = label
            form.fields[name].help_text = ""
            form.fields[name].widget.attrs = {"autocomplete": complete}


class ResetForm(ResetPasswordForm):
    """Where to mail the link for a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "E-mailadres"
        self.fields["email"].widget = EmailInput({"autocomplete": "email"})
