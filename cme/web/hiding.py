"""A protected home is on no page about its child, whoever typed it there and in whichever field.

Services take it out of what they know to be an address or a text. This is the last look at the page as a
whole, so that no text field that is added later can give the home away (casework reference s.1).
"""

from flask import Flask, Response, g

from cme.services.hiding import hidden_home_of
from cme.web import guard


def keep_homes_out(app: Flask) -> None:
    """Look over every page about a child before it is sent."""
    app.after_request(_keep_out)


def _keep_out(response: Response) -> Response:
    subject = g.get("viewed", "")
    if not subject or response.mimetype != "text/html" or response.status_code >= 500:
        return response
    home = hidden_home_of(guard.scope(), subject)
    if home.is_protected:
        response.set_data(home.kept_out_of_page(response.get_data(as_text=True)))
    return response
