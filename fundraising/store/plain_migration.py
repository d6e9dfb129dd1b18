"""Migrations whose operations share one building of the models.

Tortoise copies the state of all models before each operation and builds all models anew after it, which takes many
times longer than all the SQL. Here operations are gathered, and the models are built once for them.
"""

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field

from tortoise.migrations import Migration
from tortoise.migrations import operations as ops
from tortoise.migrations.operations import Operation
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State

OF_FIELDS = (ops.AddField, ops.AlterField, ops.RemoveField)
GATHERED = (ops.CreateModel, ops.RunSQL, *OF_FIELDS)  # each reads of both states what it is about alone


@dataclass
class _Gathering(State):
    """A state that remembers which models are to be built anew, and builds none."""

    stale: set[tuple[str, str]] = field(default_factory=set)

    def reload_models(self, model_tuples: Iterable[tuple[str, str]]) -> None:
        """Called by an operation that has changed these models."""
        self.stale |= set(model_tuples)


def gathered(operations: Sequence[Operation]) -> Iterator[list[Operation]]:
    """Operations in their order, those together that may share one state: none is about what another has changed."""
    group, touched = list[Operation](), set[str]()
    for operation in operations:
        reads, changes = _about(operation)
        if group and (not isinstance(operation, GATHERED) or not isinstance(group[-1], GATHERED) or reads & touched):
            yield group
            group, touched = [], set()
        group.append(operation)
        touched |= changes
    if group:
        yield group


def _about(operation: Operation) -> tuple[set[str], set[str]]:
    """What must not have been changed by an operation of the same group, and what this one changes."""
    if isinstance(operation, ops.CreateModel):
        return set(), {operation.name}
    if isinstance(operation, OF_FIELDS):
        its_field = f"{operation.model_name}.{operation.name}"
        return {operation.model_name, its_field}, {its_field}
    return set(), set()


def _kept(state: State) -> State:
    """The state as it is now. Models that are built anew later are other classes, so that no class need be copied."""
    apps = copy(state.apps)
    apps.apps = {label: dict(models) for label, models in apps.apps.items()}
    return State({key: model.clone() for key, model in state.models.items()}, apps)


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
        """Bring the database forward, or in a dry run the state alone; statements are collected Tortoise's own way."""
        if collect_sql:
            return await super().apply(state, dry_run=dry_run, schema_editor=schema_editor, collect_sql=collect_sql)
        for group in gathered(self.operations):
            before = self._forward(group, state)
            if dry_run or schema_editor is None:
                continue
            in_transaction = schema_editor.client.capabilities.supports_transactions
            for operation in group:
                await self._run_database_forward(operation, before, state, schema_editor, in_transaction)
        state.validate_relations_initialized()
        return state

    def _forward(self, group: Sequence[Operation], state: State) -> State:
        """Bring the state forward, and return the one before."""
        before = _kept(state)
        if not isinstance(group[0], GATHERED):
            group[0].state_forward(self.app_label, state)
            return before
        gathering = _Gathering(models=state.models, apps=state.apps)
        for operation in group:
            operation.state_forward(self.app_label, gathering)
        if gathering.stale:
            state.reload_models(gathering.stale)
        return before
