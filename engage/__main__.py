"""The ``engage`` command. ``engage tally`` runs without Flask; everything else through the app."""

import sys
from importlib import import_module

import click


class Engage(click.Group):
    """The group of all commands; the application loads only when one of its own is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({"tally", *self._application().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name == "tally":
            command: click.Command = import_module("engage.tally.commands").tally
            return command
        return self._application().get_command(ctx, cmd_name)

    def _application(self) -> click.Group:
        # The one lazy import: counting a file must not need Flask, a database or settings.
        app = import_module("engage.app")
        group = import_module("flask.cli").FlaskGroup
        return group(create_app=app.create_app, add_version_option=False, load_dotenv=False)  # type: ignore[no-any-return]


@click.group(cls=Engage, context_settings={"help_option_names": ["-h", "--help"]})
def engage() -> None:
    """Involve people in the decisions of a community planning partnership.

    Start with `engage demo` to fill an empty database with an invented partnership.
    """


def main() -> None:
    """Run the command line; exit 0 only on success."""
    engage(prog_name="engage")


if __name__ == "__main__":
    sys.exit(main())
