"""The REST API under ``/api/v1``: bearer tokens, every route scoped to the token's store."""
