"""Bring a scenario together from its file, the files it extends, and the options of the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from qhgrid.errors import Fault, ScenarioError
from qhgrid.scenario.files import ScenarioFile, find_file, read_text
from qhgrid.scenario.marks import name_of
from qhgrid.scenario.tree import Branch, Leaf, Node, Place, Row, read_tree, short
from qhgrid.scenario.words import found

_KEYED_LISTS = (("assumptions", "key"), ("fleet.overrides", "id"))
"""Lists that may also be written as a mapping, so that a file can change one entry of the file it extends."""


def merged_tree(name: str, overrides: Sequence[str] = ()) -> tuple[Branch, tuple[str, ...]]:
    """Return the tree of a scenario with all it extends, and the names of the files read, base first.

    Parameters
    ----------
    name : str
        Path of a file, or name of a shipped scenario.
    overrides : sequence of str, optional
        Settings of the command line, ``a.b.c=value``, applied in order.

    Raises
    ------
    ScenarioError
        If a file cannot be found or read, files extend each other in a loop, or a setting is malformed.
    """
    layers, chain = _read_chain(find_file(name))
    tree = layers[-1]
    for layer in reversed(layers[:-1]):
        tree = merge(tree, layer)
    tree = _set_all(tree, overrides)
    for path, key in _KEYED_LISTS:
        tree = _list_entries(tree, path.split("."), key)
    return _anchor_paths(tree), tuple(reversed(chain))


def _read_chain(file: ScenarioFile) -> tuple[list[Branch], list[str]]:
    """Return the trees of a file and of those it extends, and their names, the file itself first."""
    layers: list[Branch] = []
    chain: list[ScenarioFile] = []
    while True:
        tree = _read_file(file, -len(chain))
        chain.append(file)
        base = tree.items.pop("extends", None)
        place = tree.places.pop("extends", tree.place)
        layers.append(tree)
        if base is None:
            return layers, [link.path.name for link in chain]
        file = _base_file(base, f"{place}: extends", place)
        _refuse_loop([*chain, file], f"{place}: extends")


def _read_file(file: ScenarioFile, level: int) -> Branch:
    """Return the tree of one file."""
    tree = read_tree(read_text(file), file.shown, file.path.parent, level=level)
    if isinstance(tree, Branch):
        return tree
    place = f"{file.shown}:{tree.place.line}" if tree else file.shown
    what = f"the file holds {found(tree)}" if tree else "the file says nothing"
    raise ScenarioError(Fault(place, what, "Write keys and values, such as `extends: 2030-plan`."))


def _base_file(base: Node, where: str, place: Place) -> ScenarioFile:
    """Return the file that a file extends."""
    if isinstance(base, Leaf) and isinstance(base.value, str) and base.value.strip():
        return find_file(base.value, place.folder, where)
    what = f"{found(base)} is not the name of one scenario"
    raise ScenarioError(Fault(where, what, "Name a shipped scenario, or the path of a file."))


def _refuse_loop(chain: list[ScenarioFile], where: str) -> None:
    """Raise the fault of files that extend each other in a loop."""
    paths = [link.path.resolve() for link in chain]
    if paths[-1] in paths[:-1]:
        first = paths.index(paths[-1])
        loop = " → ".join(link.path.name for link in chain[first:])
        raise ScenarioError(Fault(where, f"the files extend each other in a loop: {loop}", "Break the loop."))


def merge(base: Branch, layer: Branch) -> Branch:
    """Return `base` with the keys of `layer` laid over it: mappings are merged, all else is replaced."""
    items, places = dict(base.items), {**base.places, **layer.places}
    for key, node in layer.items.items():
        items[key] = _lay_over(items.get(key), node)
    return Branch(items, places, layer.place)


def _lay_over(below: Node | None, node: Node) -> Node:
    """Return `node`, merged into what stands below it where both are mappings."""
    if isinstance(below, Branch) and isinstance(node, Branch):
        return merge(below, node)
    return node


def _set_all(tree: Branch, overrides: Sequence[str]) -> Branch:
    """Return the tree with the settings of the command line applied; faults of all of them at once."""
    faults: list[Fault] = []
    for setting in overrides:
        try:
            tree = _set(tree, setting)
        except ScenarioError as error:
            faults += error.faults
    if faults:
        raise ScenarioError(faults)
    return tree


def _set(tree: Branch, setting: str) -> Branch:
    """Return the tree with one setting ``a.b.c=value`` applied."""
    shown = "--set " + (setting if len(setting) <= 80 else setting[:79] + "…")
    key, equals, text = setting.partition("=")
    if not equals or not all(key.strip().split(".")):
        raise ScenarioError(Fault(shown, "this is not key=value", "Write it as --set hydro.water_year=dry."))
    if key.strip() == "extends":
        raise ScenarioError(Fault(shown, "a setting cannot extend", "Run that scenario, or write a file."))
    place = Place(shown, 0, level=1)
    value = read_tree(text, shown, Path(), first_line=0, level=1) or Leaf(None, "", place)
    changed = _put(tree, _steps(key.strip(), tree, value), value, place)
    assert isinstance(changed, Branch)
    return changed


def _put(node: Node | None, steps: list[str], value: Node, place: Place) -> Node:
    """Return `node` with the value under the given keys replaced, or merged where both are mappings."""
    if not steps:
        return _lay_over(node, value)
    if isinstance(node, Row):
        return _put_in_row(node, steps, value, place)
    branch = node if isinstance(node, Branch) else Branch({}, {}, place)
    key, rest = steps[0], steps[1:]
    below = branch.items.get(key)
    items = {**branch.items, key: _put(below, rest, value, place)}
    stays = rest and isinstance(below, Branch | Row)
    places = branch.places if stays else {**branch.places, key: place}
    return Branch(items, places, branch.place)


def _put_in_row(row: Row, steps: list[str], value: Node, place: Place) -> Row:
    """Return a list with one entry changed; entries count from 1, or go by their ``id`` or ``key``."""
    names = [name_of(entry) for entry in row.items]
    if steps[0].isascii() and steps[0].isdigit() and 1 <= int(steps[0][:9]) <= len(row.items):
        position = int(steps[0]) - 1
    elif steps[0] in names:
        position = names.index(steps[0])
    else:
        what = f"{short(steps[0])} is not an entry of a list of {len(row.items)}"
        raise ScenarioError(
            Fault(str(place), what, "Count the entries from 1, or set the whole list: key=[a, b].")
        )
    items = list(row.items)
    items[position] = _put(items[position], steps[1:], value, place)
    return replace(row, items=tuple(items))


def _steps(key: str, tree: Branch, value: Node) -> list[str]:
    """Return the keys that a setting walks through; the name of an assumption holds dots and is one key."""
    steps = key.split(".")
    if steps[0] != "assumptions" or len(steps) < 3:
        return steps
    name = ".".join(steps[1:])
    if isinstance(value, Branch) or name in _names(tree.items.get("assumptions")):
        return [steps[0], name]
    return [steps[0], ".".join(steps[1:-1]), steps[-1]]


def _names(entries: Node | None) -> set[str]:
    """Return the names of the entries of a mapping or list."""
    if isinstance(entries, Branch):
        return set(entries.items)
    return {name_of(entry) for entry in entries.items} if isinstance(entries, Row) else set()


def _list_entries(tree: Branch, path: list[str], key: str) -> Branch:
    """Return the tree with the mapping at `path` turned into a list of entries that hold their key."""
    node = tree.items.get(path[0])
    if not isinstance(node, Branch):
        return tree
    changed: Node = (
        Row(tuple(_entries(node, key)), node.place) if len(path) == 1 else _list_entries(node, path[1:], key)
    )
    return Branch({**tree.items, path[0]: changed}, tree.places, tree.place)


def _entries(node: Branch, key: str) -> Iterator[Node]:
    """Yield the values of a mapping, each with its name under `key`."""
    for name, entry in node.items.items():
        place = node.places[name]
        if not isinstance(entry, Branch):
            yield entry
            continue
        if key in entry.items:
            where = f"{entry.places[key]}: {name}.{key}" if entry.places[key].line else str(place)
            what = f"the entry is named {short(name)} already"
            raise ScenarioError(Fault(where, what, f"Drop `{key}:`, or write the entries as a list."))
        items = {key: Leaf(name, name, place), **entry.items}
        yield Branch(items, {key: place, **entry.places}, place)


def _anchor_paths(tree: Branch) -> Branch:
    """Return the tree with the paths of profile files read from the folder of the file that names them."""
    profiles = tree.items.get("profiles")
    if not isinstance(profiles, Branch):
        return tree
    items = dict(profiles.items)
    for key, leaf in items.items():
        if isinstance(leaf, Leaf) and isinstance(leaf.value, str) and "\0" not in leaf.value:
            path = (profiles.places[key].folder / leaf.value).absolute()
            items[key] = replace(leaf, value=str(path))
    changed = Branch(items, profiles.places, profiles.place)
    return Branch({**tree.items, "profiles": changed}, tree.places, tree.place)
