"""`twin`, with one more route in its server: how many documents and objects live there."""

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
    return served(*args, extra_patterns=[*extra_patterns, ("/counts", Counts)], **kwargs)


if __name__ == "__main__":
    pn.io.server.get_server = with_counts
    main()
