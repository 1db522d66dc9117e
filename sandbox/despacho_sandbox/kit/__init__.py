"""What every simulator shares: a clock to turn, faults on demand, a control API and the server."""
