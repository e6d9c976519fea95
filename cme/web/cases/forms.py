"""The forms of what people decide in a case. A field is named for the entry that it fills."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from wtforms.validators import Length

from cme.casework.facts import Entry, ReviewDecision
from cme.casework.needs import Need
from cme.casework.outcomes import Outcome, Requirement, read_outcomes
from cme.casework.state import CaseState  # noqa: F401
from cme.services.casework import Refused
from cme.web.forms import DateField, Form, LongTextField, RadioField, SubmitField, TextField
