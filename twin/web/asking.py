"""What all handlers have in common: who may ask, and errors as JSON."""

from typing import Any

from tornado.web import RequestHandler

from twin.web.answer import Answer
from twin.web.desk import Desk
from twin.web.keys import Access, access, caller_of

LOGIN_DAYS = 1  # how long a login lasts, as Panel's own pages have it
_WORDS = {
    Access.MISSING: (401, "a key is needed: send Authorization: Bearer KEY, or X-API-Key: KEY"),
    Access.WRONG: (401, "this key is not right"),
    Access.CLOSED: (403, "closed: no API_KEY is set here; set one and start again"),
}


class Asking(RequestHandler):
    """A request of the API. Subclasses call `need_key` or `need_reader` before they do anything."""

    desk: Desk

    def initialize(self, desk: Desk) -> None:
        """Take what all handlers share."""
        self.desk = desk

    def need_key(self) -> str:
        """Return the user named in the request; end it unless its key is right."""
        caller = caller_of(self.request.headers)
        found = access(caller.key, self.desk.settings.api_key)
        if found is not Access.OPEN:
            raise Answer(*_WORDS[found])
        return caller.user

    def need_reader(self) -> None:
        """End the request unless it has the key, or may see the pages."""
        key = caller_of(self.request.headers).key
        if key:
            self.need_key()
        elif _asks_for_login(self) and not logged_in(self):
            raise Answer(401, "log in at /login first, or send the key")

    def write_error(self, status_code: int, **about: Any) -> None:
        """Answer with what went wrong, as JSON."""
        _, error, _ = about.get("exc_info", (None, None, None))
        words = error.words if isinstance(error, Answer) else self._reason
        if status_code == 401:
            self.set_header("WWW-Authenticate", 'Bearer realm="twin", Basic realm="twin"')
        if isinstance(error, Answer) and error.again_s is not None:
            self.set_header("Retry-After", str(error.again_s))
        self.finish({"error": words})


def logged_in(handler: RequestHandler) -> bool:
    """Tell whether the cookie of a login on our pages came along."""
    return bool(handler.get_signed_cookie("user", max_age_days=LOGIN_DAYS))


def _asks_for_login(handler: RequestHandler) -> bool:
    provider = getattr(handler.application, "auth_provider", None)
    return bool(provider and (provider.get_user or provider.get_user_async))
