"""How fast, how small: ``make bench``. Every measure is a module of its own; docs/bench.md says how each is taken."""
