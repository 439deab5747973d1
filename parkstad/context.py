"""What the frame of every page needs."""

from dataclasses import dataclass

from django.http import HttpRequest

from housing import access
from parkstad.kept import shown_on


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A link of the main menu; `is_current` when the page lies at or under it."""

    label: str
    url: str
    is_current: bool


def frame(request: HttpRequest) -> dict[str, object]:
    """`demo`: whether figures may be invented; `menu`; `kept`: what was typed when a session had
    ended. Each is asked when the page shows it."""
    return {
        "demo": access.shows_demo,
        "menu": lambda: menu(request),
        "kept": lambda: shown_on(request),
    }


def menu(request: HttpRequest) -> list[MenuItem]:
    """The pages this visitor may open; the longest address that fits is the current one."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    links = access.menu_for(user)
    here = [url for _, url in links if _lies_under(request.path, url)]
    current = max(here, key=len, default="")
    return [MenuItem(label, url, url == current) for label, url in links]


def _lies_under(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
