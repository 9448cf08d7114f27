"""What signing in, registering and one's own account ask for."""

from typing import Any

from flask_babel import lazy_gettext as _l

from engage.accounts.rules import LEAST_PASSWORD, ROLE_NAMES, PasswordRefused, check_password
from engage.web.fields import Agreement, Dropdown, Email, Needed, Password, Text
from engage.web.forms import Form


class SignInForm(Form):
    """An address and its password."""

    email = Email(_l("Email address"), [Needed(_l("Enter your email address"))], most=254)
    password = Password(_l("Password"), [Needed(_l("Enter your password"))])


class AddressForm(Form):
    """An address that a link goes to."""

    email = Email(_l("Email address"), [Needed(_l("Enter your email address"))], most=254)


class _NewPassword(Form):
    """A new password, judged against the address and the name of its owner."""

    new_password = Password(
        _l("New password"),
        [Needed(_l("Enter a password of %(least)s characters or more", least=LEAST_PASSWORD))],
    )

    def __init__(self, *args: Any, email: str = "", known_as: str = "", **kw: Any) -> None:
        super().__init__(*args, **kw)
        self._owner = (email, known_as)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, then whether the password is good enough."""
        if not super().validate(extra_validators):
            return False
        try:
            if self.new_password.data:
                check_password(self.new_password.data, *self._owner)
        except PasswordRefused as refusal:
            self.refuse(refusal, self.new_password)
        return not self.new_password.errors


class ChoosePasswordForm(_NewPassword):
    """A new password for somebody who followed a link."""


class ChangePasswordForm(_NewPassword):
    """A new password for somebody who knows the old one."""

    password = Password(_l("Password you use now"), [Needed(_l("Enter the password you use now"))])


class FinishRegistrationForm(_NewPassword):
    """The name and, if wanted, the password of a new account."""

    name = Text(_l("Your name"), [Needed(_l("Enter your name"))], most=100)
    new_password = Password(_l("Password"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge the password against the name that was typed with it."""
        self._owner = (self._owner[0], self.name.data or "")
        return super().validate(extra_validators)


class NameForm(Form):
    """One's own name."""

    name = Text(_l("Your name"), [Needed(_l("Enter your name"))], most=100)


class CloseForm(Form):
    """The second step before an account is erased."""

    sure = Agreement(
        _l("Yes, close my account for good"),
        [Needed(_l("Tick the box to close your account"))],
    )


class PersonForm(Form):
    """A new account that an administrator makes."""

    name = Text(_l("Name"), [Needed(_l("Enter the person's name"))], most=100)
    email = Email(_l("Email address"), [Needed(_l("Enter the person's email address"))], most=254)
    role = Dropdown(_l("Role"), [Needed(_l("Choose a role"))])

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.role.choices = [("", _l("Choose a role")), *role_choices()]


class RoleForm(Form):
    """Another role for an account."""

    role = Dropdown(_l("Role"), [Needed(_l("Choose a role"))])

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.role.choices = role_choices()


def role_choices() -> list[tuple[str, Any]]:
    """Return every role with its name, for a list to choose from."""
    return [(role.value, name) for role, name in ROLE_NAMES.items()]
