"""The API beside any Panel app: ``panel serve apps/*.py --plugins twin.web.plugin``.

Samples are taken if ``API_KEY`` is set. With ``--basic-auth`` or another login of Panel, our sockets
ask for it too.
"""

import panel as pn

from twin import settings as settings_module
from twin.hub import live
from twin.views.squad import SOCKET
from twin.web.routes import routes

_settings = settings_module.load()
_live = live(["http"] if _settings.api_key else [], settings=_settings)
pn.state.cache[SOCKET] = "live"

ROUTES = routes(lambda: _live, _settings)
