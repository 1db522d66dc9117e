"""The merchant's own drivers: told the links on their parcels' labels, they walk them to the door over HTTP."""
