"""The App's pages: what a merchant works in, opened from the store's admin in a frame or in a tab of its own.

Rendered here with Jinja, made lively by htmx, dressed by Bootstrap; all three come from packages. A page is a handler that asks the use
cases and names a template; it decides nothing by itself.
"""
