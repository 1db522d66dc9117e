"""``python -m despacho`` is the ``despacho`` command."""

from despacho.command_line import main

main(prog_name="despacho")
