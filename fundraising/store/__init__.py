"""How rows are kept: the connection, the embedded server, migrations, transactions, the job queue.

Every room comes in here for its rows; this room knows none of them.
"""
