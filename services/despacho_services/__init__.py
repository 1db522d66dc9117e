"""The use cases: intake, quoting, shipping, manifesting, tracking, invoicing, installation. They know ports and core alone."""
