"""Migrations that mostly add: such operations look at the new state alone, so that the old one need not be copied.

Tortoise copies the state of all models before each operation and builds all models anew after it, which takes many
times longer than all the SQL. Here operations that only add are gathered, and the models are built once for them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tortoise.migrations import Migration
from tortoise.migrations import operations as ops
from tortoise.migrations.operations import Operation
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State

ADDING = (ops.CreateModel, ops.AddField, ops.RunSQL)  # what none of these reads is the state before it


@dataclass
class _Gathering(State):
    """A state that remembers which models are to be built anew, and builds none."""

    stale: set[tuple[str, str]] = field(default_factory=set)

    def reload_models(self, model_tuples: Iterable[tuple[str, str]]) -> None:
        """Called by an operation that has changed these models."""
        self.stale |= set(model_tuples)


def gathered(operations: Sequence[Operation]) -> Iterator[list[Operation]]:
    """Operations in their order, those together that may share one state: they add, and to nothing made among them."""
    group, made = list[Operation](), set[str]()
    for operation in operations:
        adds_to_new = isinstance(operation, ops.AddField) and operation.model_name in made
        if group and (adds_to_new or not isinstance(operation, ADDING) or not isinstance(group[-1], ADDING)):
            yield group
            group, made = [], set()
        group.append(operation)
        if isinstance(operation, ops.CreateModel):
            made.add(operation.name)
    if group:
        yield group


class PlainMigration(Migration):
    """Base of our migrations."""

    async def apply(
        self,
        state: State,
        *,
        dry_run: bool = False,
        schema_editor: BaseSchemaEditor | None = None,
        collect_sql: bool = False,
    ) -> State:
        """Bring the database forward; the other ways of going through it are Tortoise's own."""
        if dry_run or collect_sql or schema_editor is None:
            return await super().apply(state, dry_run=dry_run, schema_editor=schema_editor, collect_sql=collect_sql)
        in_transaction = schema_editor.client.capabilities.supports_transactions
        for group in gathered(self.operations):
            before = self._forward(group, state)
            for operation in group:
                await self._run_database_forward(operation, before, state, schema_editor, in_transaction)
        state.validate_relations_initialized()
        return state

    def _forward(self, group: Sequence[Operation], state: State) -> State:
        """Bring the state forward, and return the one before where an operation reads it."""
        if not isinstance(group[0], ADDING):
            before = state.clone()
            group[0].state_forward(self.app_label, state)
            return before
        gathering = _Gathering(models=state.models, apps=state.apps)
        for operation in group:
            operation.state_forward(self.app_label, gathering)
        if gathering.stale:
            state.reload_models(gathering.stale)
        return state
