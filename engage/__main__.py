"""The ``engage`` command. ``engage tally`` runs without Flask; everything else through the app."""

import sys
from importlib import import_module

import click

from config import SettingsRefused

#: Commands of the extensions that officers and operators have no use for.
HIDDEN = {"limiter", "routes"}


class Engage(click.Group):
    """The group of all commands; the application loads only when one of its own is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names that ``--help`` shows; without settings, what works without them."""
        application = self._application(ctx)
        try:
            ctx.obj.load_app()
        except SettingsRefused as refusal:
            click.echo(f"{refusal}\nUntil then only this works:\n", err=True)
            return ["tally"]
        return sorted({"tally", *application.list_commands(ctx)} - HIDDEN)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; counting a file needs neither Flask nor a database nor settings."""
        if cmd_name == "tally":
            command: click.Command = import_module("engage.tally.commands").tally
            return command
        return self._application(ctx).get_command(ctx, cmd_name)

    def _application(self, ctx: click.Context) -> click.Group:
        # The one lazy import of the project.
        create_app, flask_cli = import_module("engage.app").create_app, import_module("flask.cli")
        ctx.obj = ctx.obj or flask_cli.ScriptInfo(create_app=create_app)
        group: click.Group = flask_cli.FlaskGroup(add_version_option=False, load_dotenv=False)
        return group


@click.group(cls=Engage, context_settings={"help_option_names": ["-h", "--help"]})
def engage() -> None:
    """Involve people in the decisions of a community planning partnership.

    Start with `engage db upgrade`, then `engage demo` to fill an empty database with an invented
    partnership. ENGAGE_ENV=development uses a database in var/; production is set up as README.md
    says.
    """


def main() -> None:
    """Run the command line; exit 0 only on success."""
    try:
        engage(prog_name="engage")
    except SettingsRefused as refusal:
        click.echo(refusal, err=True)
        sys.exit(2)
    except Exception as error:
        database = sys.modules.get("sqlalchemy.exc")
        if database is None or not isinstance(error, database.DBAPIError):
            raise
        click.echo(
            f"The database did not do that: {error.orig}\n"
            "If it is new, or Engage was updated, run `engage db upgrade` first.",
            err=True,
        )
        sys.exit(2)


if __name__ == "__main__":
    main()
