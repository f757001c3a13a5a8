"""An RO-Crate of one authority's reports: the files, their inputs and software, and the runs that made them.

It follows RO-Crate 1.1 and its profile for runs of a process: a `CreateAction` for each report, with the notebook, the
tidy tables and every parameter as its objects, and the documents as its results.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lewisham_study import __version__
from lewisham_study.errors import StudyError, UsageError
from lewisham_study.files import PACKAGE, read_text
from lewisham_study.paths import Project, shorten
from lewisham_study.report.batch.manifest import (
    BOOK,
    Manifest,
    find_data_date,
    hash_file,
    hash_notebook,
    hash_tables,
    read_manifest,
)
from lewisham_study.report.batch.render import prepare_folder
from lewisham_study.report.run.parameters import list_notebooks, name_report

if TYPE_CHECKING:
    from rocrate.rocrate import ROCrate
NAME = "ro-crate-metadata.json"
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
LICENCES = {
    "OGL-UK-3.0": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "MIT": "https://spdx.org/licenses/MIT",
}
FORMATS = {
    ".csv": "text/csv",
    ".html": "text/html",
    ".ipynb": "application/x-ipynb+json",
    ".json": "application/json",
    ".md": "text/markdown",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
EXTRAS = ("LICENSE", "LICENSES/README.md", "CITATION.cff", "requirements.lock")
AUTHORS = "#authors"
SOFTWARE = "#lewisham-study"


def write_crate(project: Project, reports: Path, out: Path) -> Path:
    """Write an RO-Crate of the reports in an authority's folder to disk; return the path of its metadata.

    The same reports give the same bytes. Refuses reports that were changed, or were made from other tables or
    notebooks than those that would be packed with them, and a folder that holds anything but a crate.
    """
    try:
        from rocrate.rocrate import ROCrate
    except ImportError:
        raise UsageError("a crate needs rocrate: pip install 'lewisham-study[crate]'") from None
    paths = {name_report(path): path for path in list_notebooks(project)}
    made = read_runs(project, reports, paths)
    clear_folder(prepare_folder(out))
    crate = ROCrate(version="1.1")
    describe_study(crate, project, made.authority)
    package = json.loads(read_text(project.processed / PACKAGE))
    tables = add_tables(crate, project, package)
    cite_sources(crate, package["sources"])
    for name in EXTRAS:
        if (project.root / name).is_file():
            add_file(crate, project.root / name, name, "MIT")
    notebooks = {name: add_notebook(crate, path) for name, path in paths.items()}
    for name, run in made.reports.items():
        chapters = run["inputs"]["chapters"] if name == BOOK else [name]
        add_run(crate, name, run, reports, [*tables, *[notebooks[chapter] for chapter in chapters]])
    crate.write(out)
    path = out / NAME
    path.write_text(sort_entities(path.read_text(encoding="utf-8")), encoding="utf-8")
    return path


def read_runs(project: Project, reports: Path, notebooks: Mapping[str, Path]) -> Manifest:
    """Read the manifest of reports; each must be unchanged, and made from the tables and notebook to be packed."""
    manifest = read_manifest(reports)
    if not manifest.reports:
        raise StudyError(f"{shorten(reports)} has no reports: make them with `lewisham-study report`")
    hint = "run `lewisham-study report` again"
    tables = hash_tables(project)
    for name in manifest.reports:
        inputs = manifest.list_inputs(name)
        chapters = inputs.get("chapters", ()) if name == BOOK else ()
        if not manifest.is_sound(name) or not set(chapters) <= set(notebooks):
            raise StudyError(f"{shorten(reports)}: its manifest is corrupt at {name!r}; {hint}")
        if not manifest.is_current(reports, name, inputs, []):
            raise StudyError(f"{shorten(reports)}: a file of {name!r} was changed after it was made; {hint}")
        packed = {"tables": tables, "notebook": hash_notebook(notebooks[name]) if name in notebooks else "none"}
        if name != BOOK and any(inputs.get(key) != value for key, value in packed.items()):
            raise StudyError(f"{shorten(reports)}: {name!r} was made from other tables or another notebook; {hint}")
    return manifest


def clear_folder(folder: Path) -> None:
    """Empty a folder that a crate was written to; refuse one that holds anything else."""
    held = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or path.is_file()}
    others = sorted(held - list_crate(folder / NAME))
    if others:
        raise StudyError(
            f"{shorten(folder)} is not empty and is not a crate: it holds {others[0]}, which would be lost; "
            "choose another folder with --out"
        )
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def list_crate(metadata: Path) -> set[str]:
    """List the files of a crate that was written before, by its metadata."""
    try:
        return {NAME, *(str(entity["@id"]) for entity in json.loads(metadata.read_bytes())["@graph"])}
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return set()


def describe_study(crate: ROCrate, project: Project, authority: str) -> None:
    """Describe the crate: authority, day of the data, licences, authors and software."""
    for name, address in LICENCES.items():
        add_context(crate, address, "CreativeWork", name, url=address)
    add_context(crate, AUTHORS, "Organization", "The lewisham-study authors")
    add_context(crate, PROFILE, ["CreativeWork", "Profile"], "Process Run Crate", version="0.5")
    licence = {"@id": LICENCES["MIT"]}
    add_context(crate, SOFTWARE, "SoftwareApplication", "lewisham-study", softwareVersion=__version__, license=licence)
    root = crate.root_dataset
    root["name"] = f"Children’s services of {authority}: ratings, caseload and spend"
    root["description"] = (
        "Reports of lewisham-study, the tidy tables and notebooks they were made from, and the runs that made them. "
        "Contains public sector information licensed under the Open Government Licence v3.0."
    )
    root["datePublished"] = find_data_date(project).isoformat()
    root["license"] = [{"@id": address} for address in LICENCES.values()]
    root["author"] = root["publisher"] = {"@id": AUTHORS}
    root["conformsTo"] = {"@id": PROFILE}


def add_context(crate: ROCrate, place: str, kind: str | list[str], name: str, **details: Any) -> Any:
    """Add an entity that is not a file: an organisation, a licence, a source, a parameter, a run."""
    from rocrate.model.contextentity import ContextEntity

    known = {key: value for key, value in details.items() if value is not None}
    return crate.add(ContextEntity(crate, place, {"@type": kind, "name": name} | known))


def add_file(crate: ROCrate, path: Path, place: str, licence: str, **details: Any) -> Any:
    """Add a file with its hash, size, format and licence."""
    about = {
        "name": place,
        "encodingFormat": FORMATS.get(path.suffix, "text/plain"),
        "contentSize": str(path.stat().st_size),
        "sha256": hash_file(path),
        "license": {"@id": LICENCES[licence]},
    }
    return crate.add_file(path, place, properties=about | details)


def add_tables(crate: ROCrate, project: Project, package: Mapping[str, Any]) -> list[Any]:
    """Add the tidy tables as the data package describes them, and the package itself."""
    tables = [
        add_file(
            crate,
            project.processed / resource["path"],
            f"data/processed/{resource['path']}",
            resource["licenses"][0]["name"],
            name=resource["title"],
            description=resource["description"],
        )
        for resource in package["resources"]
    ]
    described = "Frictionless Data Package: columns, types, units and keys of the tables"
    place = f"data/processed/{PACKAGE}"
    return [*tables, add_file(crate, project.processed / PACKAGE, place, "MIT", description=described)]


def cite_sources(crate: ROCrate, sources: Iterable[Mapping[str, str]]) -> None:
    """Cite every document and official release."""
    crate.root_dataset["citation"] = [
        add_context(crate, f"#source-{number}", "CreativeWork", source["title"], url=source.get("path"))
        for number, source in enumerate(sources, start=1)
    ]


def add_notebook(crate: ROCrate, path: Path) -> Any:
    """Add a notebook as it is in the study."""
    kind = {"@type": ["File", "SoftwareSourceCode"], "programmingLanguage": "Python"}
    return add_file(crate, path, f"notebooks/{path.name}", "MIT", **kind)


def add_run(crate: ROCrate, name: str, run: Mapping[str, Any], reports: Path, used: list[Any]) -> None:
    """Add one report: the run with its parameters, and its documents."""
    results = [
        add_file(crate, reports / file, f"reports/{reports.name}/{file}", "OGL-UK-3.0") for file in sorted(run["files"])
    ]
    values = [
        add_context(crate, f"#{name}-{parameter}", "PropertyValue", parameter, value=value)
        for parameter, value in run["inputs"].get("parameters", {}).items()
    ]
    done = "http://schema.org/CompletedActionStatus"
    action = add_context(crate, f"#make-{name}", "CreateAction", f"Making of {name}", actionStatus=done)
    action["instrument"] = {"@id": SOFTWARE}
    action["agent"] = {"@id": AUTHORS}
    action["object"] = [*used, *values]
    action["result"] = results
    crate.root_dataset.append_to("mentions", action)


def sort_entities(text: str) -> str:
    """Sort the entities of a crate, so that the same crate gives the same bytes."""
    crate = json.loads(text)
    first = {NAME: 0, "./": 1}
    crate["@graph"].sort(key=lambda entity: (first.get(entity["@id"], 2), entity["@id"]))
    return json.dumps(crate, ensure_ascii=False, indent=1) + "\n"
