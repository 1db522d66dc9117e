"""Jobs on arq: what wakes the workers, and the worker process itself.

The database is the truth. Redis carries hints and the schedule; it may be wiped, killed or missing, and work still gets done.
"""
