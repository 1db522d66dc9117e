"""The commands of the front door, a module for each group. Everything heavy is imported when a command runs."""
