"""The address under which a calendar program reads somebody's calendar without signing in.

The key in it says whose it is and is signed. It rests on the password too: a new password, or an
account that stops, ends it. Whoever has the address reads what its owner may read of dates.
"""

from django.core import signing
from django.utils.crypto import constant_time_compare

from housing.models import User

SALT = "agreements.calendar"
LENGTH = 20


def key_of(user: User) -> str:
    """The key in somebody's calendar address."""
    return _signer().sign(f"{user.pk}-{_fingerprint(user)}")


def user_of(key: str) -> User | None:
    """Whose key it is; None when it is not ours, is out of date, or its owner left."""
    try:
        pk, _, fingerprint = _signer().unsign(key).partition("-")
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=int(pk), is_active=True).first() if pk.isdecimal() else None
    if user is None or not constant_time_compare(fingerprint, _fingerprint(user)):
        return None
    return user


def _signer() -> signing.Signer:
    # A full stop may stand in an address; a colon confuses some programs.
    return signing.Signer(salt=SALT, sep=".")


def _fingerprint(user: User) -> str:
    """Changes with the password; tells nothing of it."""
    return user.get_session_auth_hash()[:LENGTH]
