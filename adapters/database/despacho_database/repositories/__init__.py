"""One module per aggregate; each class implements the port of the same name."""
