"""Migrations that mostly add: such operations look at the new state alone, so that the old one need not be copied.

Tortoise copies the state of all models before each operation, which takes longer than all the SQL.
"""

from tortoise.migrations import Migration
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State

ADDING = (ops.CreateModel, ops.AddField, ops.RunSQL)  # what none of these reads is the state before it


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
        for operation in self.operations:
            before = state if isinstance(operation, ADDING) else state.clone()
            operation.state_forward(self.app_label, state)
            await self._run_database_forward(operation, before, state, schema_editor, in_transaction)
        state.validate_relations_initialized()
        return state
