"""Despacho's front door: settings, composition root and command line. The only floor that knows every adapter."""
