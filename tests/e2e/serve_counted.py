"""`twin`, with one more route in its server: how many documents and objects live there.

Sessions that were left are dropped after a second instead of five: the same, sooner.
"""

import gc

import panel as pn
from bokeh.document import Document
from tornado.web import RequestHandler

from twin.cli import main

served = pn.io.server.get_server


class Counts(RequestHandler):
    def get(self):
        gc.collect()
        gc.collect()
        living = gc.get_objects()
        documents = sum(isinstance(thing, Document) for thing in living)
        self.write({"objects": len(living), "documents": documents})


def with_counts(*args, extra_patterns=(), **kwargs):
    kwargs |= {
        "unused_session_lifetime_milliseconds": 1000,
        "check_unused_sessions_milliseconds": 250,
    }
    return served(*args, extra_patterns=[*extra_patterns, ("/counts", Counts)], **kwargs)


if __name__ == "__main__":
    pn.io.server.get_server = with_counts
    main()
