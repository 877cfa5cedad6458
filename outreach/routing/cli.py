"""`flask routing streets`: real walking times from an OpenStreetMap extract."""

import os
from pathlib import Path

import click

from outreach.core.settings import Settings
from outreach.routing.streets import cache, extract, shelf


def streets_folder() -> Path:
    """Where prepared streets and measured ways are kept: as the settings say."""
    return Settings.from_env(os.environ).streets


@click.group("routing")
def routing() -> None:
    """Who visits whom in which order: what the planner stands on."""


@routing.group("streets")
def streets() -> None:
    """Real walking times, from an OpenStreetMap extract."""


@streets.command("import")
@click.argument("extract_file", metavar="EXTRACT", type=click.Path(path_type=Path))
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False),
              help="Where to keep them.  [default: as OUTREACH_STREETS_FOLDER says]")  # fmt: skip
def import_streets(extract_file: Path, folder: Path | None) -> None:
    """Prepare the streets of EXTRACT (.osm.pbf). Safe to repeat; the same file is read once.

    From then on rounds within it are planned on them. The data are © OpenStreetMap contributors,
    ODbL 1.0.
    """
    folder = folder or streets_folder()
    try:
        source = cache.opened(extract_file, folder)
        note = shelf.put(folder, extract_file, source)
    except extract.BadExtract as refusal:
        raise click.ClickException(str(refusal)) from refusal
    except OSError as error:
        raise click.ClickException(f"{folder} cannot be written: {error.strerror}.") from error
    graph = source.streets
    click.echo(
        f"{note.km:,.0f} km of streets and alleys between {graph.crossings:,} "
        f"crossings hang together ({graph.share:.0%} of all that can be walked), as of "
        f"{note.date}. Kept as {source.key} in {folder}; rounds within are planned on them. "
        "© OpenStreetMap contributors, ODbL 1.0."
    )


@streets.command("list")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False),
              help="Where they are kept.  [default: as OUTREACH_STREETS_FOLDER says]")  # fmt: skip
def list_streets(folder: Path | None) -> None:
    """Say which extracts were imported: of those that cover a round, the first one is used."""
    notes = shelf.listed(folder or streets_folder())
    for note in notes:
        south, west, north, east = note.box
        click.echo(
            f"{note.date}  {note.name}  {note.km:,.0f} km  "
            f"{south:.3f} to {north:.3f} N, {west:.3f} to {east:.3f} E  {note.key}"
        )
    if not notes:
        click.echo("None yet: walking times are straight lines.")


@streets.command("remove")
@click.argument("key")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False),
              help="Where it is kept.  [default: OUTREACH_STREETS_FOLDER]")  # fmt: skip
def remove_streets(key: str, folder: Path | None) -> None:
    """Forget the extract KEY (see `list`) and all that was measured on it.

    Plans made on it keep their times and go on saying so, but what is changed in them by hand is
    counted in straight lines from then on; new plans use another extract or none.
    """
    gone = shelf.remove(folder or streets_folder(), key)
    if not gone:
        raise click.ClickException(f"There is no extract {key}.")
    click.echo(f"Removed {gone} files.")
