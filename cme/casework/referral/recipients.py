"""Whom a referral goes to, by the names that the area's own procedure uses."""

from collections.abc import Sequence

from cme.casework.policy.pack import PolicyPack

_ALWAYS = ("front_door", "cme_officer")


def front_door_name(pack: PolicyPack) -> str:
    """The front door as a sentence names it: the Children's Access Point."""
    return f"the {pack.front_door.name}"


def recipient_names(recipients: Sequence[str], pack: PolicyPack) -> list[str]:
    """Recipients, as the pack lists them, in words. A procedure that names none means both queues."""
    names = {"front_door": front_door_name(pack), "cme_officer": f"the {pack.labels['investigator']}"}
    return [names.get(each, each.replace("_", " ")) for each in recipients or tuple(names)]


def recipients_of(pack: PolicyPack, *, safeguarding: bool = False) -> tuple[str, ...]:
    """Whom a referral goes to: always the front door and the CME officer, and whom else the pack names."""
    more = pack.recipients.get("cme_referral", ())
    urgent = pack.recipients.get("safeguarding", ()) if safeguarding else ()
    return tuple(dict.fromkeys((*_ALWAYS, *more, *urgent)))
