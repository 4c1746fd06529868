"""Which columns of the raw files a recipe names, and where: for what a new edition of a file means."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from compiler.expressions import ExpressionError, parse
from compiler.model.distributions import Number
from compiler.model.draws import FromTable
from compiler.steps.ignored import values_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from compiler.diagnostics import Span
    from compiler.model.draws import DrawSet
    from compiler.model.populations import Population
    from compiler.model.recipe import Definition, Recipe, Step
    from compiler.model.sources import Source
    from compiler.model.targets import Target
    from compiler.model.upratings import Uprating

    _Written = tuple[str | int | None, tuple[Step, ...]]


class RawRead(NamedTuple):
    """A place that names a column of a source; with `prefix` every column that begins so.

    `ignored` where the spec only says that the column is not used.
    """

    source: str
    column: str
    definition: str
    place: Span
    ignored: bool = False
    prefix: bool = False

    def is_of(self, column: str) -> bool:
        """Tell whether it names this column."""
        return column.startswith(self.column) if self.prefix else column == self.column


def raw_reads(recipe: Recipe) -> list[RawRead]:
    """Return every place of a recipe that names a raw column, whether a pipeline comes by it or not."""
    found: list[RawRead] = []
    for source in recipe.sources.values():
        found += _of_source(source)
    for target in recipe.targets.values():
        found += _of_target(target)
    for uprating in recipe.upratings.values():
        found += _of_uprating(uprating)
    for draws in recipe.draws.values():
        found += _of_draws(draws)
    return found


def _of_draws(draws: Definition[DrawSet]) -> Iterator[RawRead]:
    for name, drawn in draws.spec.values.items():
        if isinstance(drawn, Number):
            continue
        table, key = (drawn.table, "from") if isinstance(drawn, FromTable) else (drawn.rate, "rate")
        if table is None or isinstance(table, str | int | float):
            continue
        path, owner = ("values", name, key), f"draws.{draws.name}"
        for each in ("value", "probability", "column"):
            if hasattr(table, each):
                yield RawRead(table.source, getattr(table, each), owner, draws.at(*path, each))
        for ours, theirs in table.given.items():
            yield RawRead(table.source, theirs, owner, draws.at(*path, "given", ours))


def _of_source(source: Definition[Source]) -> Iterator[RawRead]:
    yield from _expressions(source, source.name, _row_conditions(source.spec))
    yield from _keys(source)
    yield from _split(source)
    population = source.spec.population
    if population is not None:
        yield from _expressions(source, source.name, _of_population(population))
        yield from _ignored(source, population)


def _split(source: Definition[Source]) -> Iterator[RawRead]:
    split, owner = source.spec.split, f"sources.{source.name}"
    if split is None:
        return
    for key in ("id", "weight"):
        yield RawRead(source.name, getattr(split, key), owner, source.at("split", key))
    for number, name in enumerate(split.alike):
        yield RawRead(source.name, name, owner, source.at("split", "alike", number))


def _keys(source: Definition[Source]) -> Iterator[RawRead]:
    owner = f"sources.{source.name}"
    for name, join in source.spec.join.items():
        for left, right in join.keys.items():
            yield RawRead(source.name, left, owner, source.key_at("join", name, "keys", left))
            yield RawRead(f"{source.name}.{name}", right, owner, source.at("join", name, "keys", left))


def _row_conditions(source: Source) -> Iterator[_Written]:
    yield source.where, ("where",)
    for number, entry in enumerate(source.leave_out):
        yield entry.where, ("leave_out", number, "where")
    for number, part in enumerate(() if source.split is None else source.split.of):
        yield part.where, ("split", "of", number, "where")
        yield part.pool, ("split", "of", number, "pool")


def _of_population(population: Population) -> Iterator[_Written]:
    base = ("population",)
    yield population.weight.value, (*base, "weight", "value")
    for entity, ids in population.entities.items():
        yield ids.id, (*base, "entities", entity, "id")
        if ids.rules is not None:
            asked = ids.rules.asked.values()
            yield from ((text, (*base, "entities", entity, "rules", *path)) for text, path, _ in asked)
    for name, count in population.kinds.items():
        yield count, (*base, "members", name)
    for name, rule in population.columns.items():
        path = (*base, "columns", name)
        yield from ((text, (*path, *inside)) for text, inside in values_of(rule))


def _ignored(source: Definition[Source], population: Population) -> Iterator[RawRead]:
    for number, entry in enumerate(population.ignore):
        for position, name in enumerate(entry.names):
            where = ("columns", position) if entry.columns else ("instead", name)
            place = source.key_at("population", "ignore", number, *where)
            yield RawRead(source.name, name, f"sources.{source.name}", place, ignored=True)


def _of_target(target: Definition[Target]) -> Iterator[RawRead]:
    spec = target.spec
    made = {spec.unpivot.name, spec.unpivot.value} if spec.unpivot else set()
    written: list[_Written] = [(getattr(spec, n), (n,)) for n in ("where", "value", "family", "counts")]
    if spec.bands is not None:
        written += [(spec.bands.lower, ("bands", "lower")), (spec.bands.upper, ("bands", "upper"))]
    written += [(match.column, ("match", name, "column")) for name, match in spec.match.items()]
    written += [(spec.geography.column, ("geography", "column"))]
    written += [(entry.where, ("leave_out", n, "where")) for n, entry in enumerate(spec.leave_out)]
    yield from (read for read in _expressions(target, spec.source, written) if read.column not in made)
    yield from _unpivoted(target)


def _unpivoted(target: Definition[Target]) -> Iterator[RawRead]:
    unpivot, owner = target.spec.unpivot, f"targets.{target.name}"
    if unpivot is None:
        return
    if isinstance(unpivot.columns, str):
        prefix, place = unpivot.columns.removesuffix("*"), target.at("unpivot", "columns")
        yield RawRead(target.spec.source, prefix, owner, place, prefix=True)
        return
    for position, name in enumerate(unpivot.columns):
        yield RawRead(target.spec.source, name, owner, target.at("unpivot", "columns", position))


def _of_uprating(uprating: Definition[Uprating]) -> Iterator[RawRead]:
    factors, owner = uprating.spec.factors, f"upratings.{uprating.name}"
    yield RawRead(factors.source, factors.year, owner, uprating.at("factors", "year"))
    for key in ("index", "value"):
        if (column := getattr(factors, key)) is not None:
            yield RawRead(factors.source, column, owner, uprating.at("factors", key))
    for index, path in uprating.spec.indices if factors.index is None else ():
        yield RawRead(factors.source, index, owner, uprating.key_at(*path))


def _expressions(
    owner: Definition[Source] | Definition[Target], source: str, written: Iterable[_Written]
) -> Iterator[RawRead]:
    """Yield what expressions read; one that cannot be parsed is lint's to report."""
    for text, path in written:
        try:
            uses = () if text is None else parse(str(text)).uses
        except ExpressionError:
            continue
        for use in uses:
            yield RawRead(source, use.name, f"{owner.kind}.{owner.name}", owner.within(use.offset, *path))
