"""``scrapy frontier ...``: look at a crawl's frontier and steer it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from pathlib import Path

from scrapy.commands import ScrapyCommand

from crawler.commands._common import ClewCommand, add_json_option, words
from crawler.commands._frontier_dead import print_dead, requeue_dead
from crawler.commands._frontier_drop import drop_frontier
from crawler.commands._frontier_status import print_status
from crawler.commands._frontier_steer import pause, resume, stop
from crawler.commands._frontier_transfer import export_frontier, import_frontier
from crawler.commands._rebuild import rebuild
from crawler.commands._scope_check import print_check
from crawler.errors import UsageError
from crawler.model.collection import Collection


class Command(ClewCommand, ScrapyCommand):
    """One subcommand a word; see `_ACTIONS`."""

    def syntax(self) -> str:
        """What follows the command's name."""
        return f"{'|'.join(_ACTIONS)} ... [--json]: see docs/frontier.md"

    def short_desc(self) -> str:
        """One line for ``scrapy -h``."""
        return "Look at a crawl's frontier and steer it"

    def long_desc(self) -> str:
        """For ``--help``."""
        return "; ".join(f"{action} {usage}".strip() for action, (usage, _) in _ACTIONS.items())

    def add_options(self, parser: ArgumentParser) -> None:
        """What the words below need."""
        super().add_options(parser)
        add_json_option(parser)
        every = "status: every host and lease; requeue: all of the dead"
        parser.add_argument("--all", action="store_true", help=every)
        parser.add_argument("--reason", default="", help="dead, requeue: those whose reason begins so")
        parser.add_argument("--yes", action="store_true", help="drop, import: do what cannot be undone")
        parser.add_argument(
            *("-a", "--argument"),
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="rebuild: what the walk was told, where the collection does not say it",
        )
        parser.add_argument("--hops", type=int, default=1, help="check: how far from a seed")

    def execute(self, args: list[str], opts: Namespace) -> None:
        """The first word says what to do. Raises `ClewError`."""
        action, *rest = words(args, 3) or [""]
        if action not in _ACTIONS:
            raise UsageError(f"{action or 'no word'!r} is no subcommand", f"write {self.syntax()}")
        _ACTIONS[action][1](self, rest, opts)

    def meant(self, names: list[str]) -> Collection:
        """The collection of the one name that is left, or the only one there is."""
        return self.collection(next(iter(words(names, 1)), None))


def _of_collection(do: Callable[..., None], *options: str) -> Callable[..., None]:
    """A word that needs nothing but a collection, and some options."""

    def run(command: Command, names: list[str], opts: Namespace) -> None:
        chosen = {name: getattr(opts, name) for name in options}
        do(command.meant(names), command.config(), opts.json, **chosen)

    return run


def _requeue(command: Command, names: list[str], opts: Namespace) -> None:
    urls = [name for name in names if "://" in name]
    if len(urls) + bool(opts.reason) + opts.all != 1:
        raise UsageError("say what is to wait again", "a URL, --reason R, or --all")
    collection = command.meant([name for name in names if name not in urls])
    requeue_dead(collection, command.config(), opts.json, next(iter(urls), ""), opts.reason)


def _drop(command: Command, names: list[str], opts: Namespace) -> None:
    if not names or len(names) > 2 or (len(names) == 1 and not opts.yes):
        raise UsageError(
            "say what is to be dropped",
            "`drop NAME HOST`: what waits at a host; `drop NAME --yes`: the whole frontier",
        )
    host = names[1] if len(names) == 2 else ""
    drop_frontier(command.meant(names[:1]), command.config(), opts.json, host)


def _export(command: Command, names: list[str], opts: Namespace) -> None:
    *name, file = names or [""]
    if not file:
        raise UsageError("say into which file", "export [NAME] FILE.jsonl.gz")
    export_frontier(command.meant(name), command.config(), opts.json, Path(file))


def _import(command: Command, names: list[str], opts: Namespace) -> None:
    *name, file = names or [""]
    if not file:
        raise UsageError("say which file", "import [NAME] FILE.jsonl.gz")
    meant = next(iter(words(name, 1)), "")
    import_frontier(meant, command.config(), opts.json, Path(file), sure=opts.yes)


def _check(command: Command, names: list[str], opts: Namespace) -> None:
    if not names:
        raise UsageError("say which URL", "check URL [NAME]")
    print_check(command.meant(names[1:]), names[0], command.config(), opts.json, opts.hops)


_ACTIONS: Mapping[str, tuple[str, Callable[..., None]]] = {
    "status": ("[NAME] [--all]", _of_collection(print_status, "all")),
    "pause": ("[NAME]", _of_collection(pause)),
    "resume": ("[NAME]", _of_collection(resume)),
    "stop": ("[NAME]", _of_collection(stop)),
    "dead": ("[NAME] [--reason R]", _of_collection(print_dead, "reason")),
    "requeue": ("[NAME] URL|--reason R|--all", _requeue),
    "drop": ("NAME HOST|--yes", _drop),
    "export": ("[NAME] FILE", _export),
    "import": ("[NAME] FILE [--yes]", _import),
    "rebuild": ("[NAME] [-a seeds=... ...]", _of_collection(rebuild, "argument")),
    "check": ("URL [NAME] [--hops N]", _check),
}
