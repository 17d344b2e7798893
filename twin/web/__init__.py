"""The API of a live process over HTTP; the home of Tornado."""

from twin.web.routes import routes

__all__ = ["routes"]
