"""How a request ends that cannot be carried out."""

from tornado.web import HTTPError


class Answer(HTTPError):
    """Ends a request with a status and words for the sender; `again_s` says when to come back."""

    def __init__(self, status: int, words: str, *, again_s: int | None = None) -> None:
        super().__init__(status)
        self.words = words
        self.again_s = again_s
