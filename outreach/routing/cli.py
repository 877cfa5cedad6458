"""`flask routing streets`: real walking times from an OpenStreetMap extract."""

from pathlib import Path

import click

from outreach.core.settings import ROOT
from outreach.routing.streets import cache, extract

#: Where prepared streets and measured ways are kept.
STREETS = ROOT / "instance" / "streets"


@click.group("routing")
def routing() -> None:
    """Who visits whom in which order: what the planner stands on."""


@routing.group("streets")
def streets() -> None:
    """Real walking times, from an OpenStreetMap extract."""


@streets.command("import")
@click.argument("extract_file", metavar="EXTRACT", type=click.Path(path_type=Path))
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=STREETS,
              help="Where to keep them.  [default: instance/streets]")  # fmt: skip
def import_streets(extract_file: Path, folder: Path) -> None:
    """Prepare the streets of EXTRACT (.osm.pbf). Safe to repeat; the same file is read once.

    The data are © OpenStreetMap contributors, ODbL 1.0.
    """
    try:
        source = cache.opened(extract_file, folder)
    except extract.BadExtract as refusal:
        raise click.ClickException(str(refusal)) from refusal
    graph = source.streets
    click.echo(
        f"{graph.length.sum() / 1000:,.0f} km of streets and alleys between {graph.crossings:,} "
        f"crossings hang together ({graph.share:.0%} of all that can be walked). "
        f"Kept as {source.key} in {folder}. © OpenStreetMap contributors, ODbL 1.0."
    )
