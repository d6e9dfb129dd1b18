"""Letters: written in the transaction of their fact, sent after it by the jobs.

Any room hands a letter in; nobody but the jobs sends one.
"""
