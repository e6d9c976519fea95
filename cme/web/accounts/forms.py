"""The forms of an account."""

from wtforms.validators import InputRequired

from cme.web.forms import Form, PasswordField, SubmitField, TextField


class SignInForm(Form):
    """Who it is, and the proof."""

    email = TextField("Email address", validators=[InputRequired("Enter your email address")])
    password = PasswordField("Password", validators=[InputRequired("Enter your password")])
    submit = SubmitField("Sign in")


class ChangePasswordForm(Form):
    """The password that is, and the one that is to be."""

    current = PasswordField("Current password", validators=[InputRequired("Enter your current password")])
    new = PasswordField("New password", validators=[InputRequired("Enter a new password")])
    submit = SubmitField("Change password")
