"""Who a referral goes to, by the names that the area's own procedure uses."""

from cme.casework.referral.recipients import front_door_name, recipient_names

__all__ = ["front_door_name", "recipient_names"]
