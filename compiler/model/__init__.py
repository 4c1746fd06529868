"""The language: closed, strict, frozen pydantic models, one module a kind."""
