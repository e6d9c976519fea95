"""The links from page to page of a long list."""

from collections.abc import Callable
from typing import Any


def pagination(page: int, pages: int, address: Callable[[int], str], label: str) -> dict[str, Any] | None:
    """What the pagination component takes; None where there is one page. `address` is that of a page."""
    if pages == 1:
        return None
    near = {1, pages, page - 1, page, page + 1}
    items: list[dict[str, Any]] = []
    for number in range(1, pages + 1):
        if number in near:
            items.append({"number": number, "href": address(number), "current": number == page})
        elif not items[-1].get("ellipsis"):
            items.append({"ellipsis": True})
    found: dict[str, Any] = {"landmarkLabel": label, "items": items}
    if page > 1:
        found["previous"] = {"href": address(page - 1)}
    if page < pages:
        found["next"] = {"href": address(page + 1)}
    return found


def next_and_previous(previous: str, following: str, label: str) -> dict[str, Any] | None:
    """The same for a list whose pages have no numbers, from the two addresses; '' where there is none."""
    if not previous and not following:
        return None
    found: dict[str, Any] = {"landmarkLabel": label}
    if previous:
        found["previous"] = {"href": previous}
    if following:
        found["next"] = {"href": following}
    return found
