"""Squad and athlete page in Dash: an Interval asks once a second, as its users write it."""

import sys

import dash
import plotly.graph_objects as go
import world
from dash import Input, Output, dcc, html


def tile(athlete: int, second: int) -> html.Div:
    r = world.reading(athlete, second)
    line = world.sparkline(athlete, second)
    places = " ".join(f"{2 * i},{60 - (v - 100) / 2:.0f}" for i, v in enumerate(line))
    drawing = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 120 60'><polyline points='{places}' fill='none' stroke='black'/></svg>"
    return html.Div(
        [
            html.H4(f"Athlete {athlete}"),
            html.Div(f"{r.heart_rate:.0f} bpm", style={"fontSize": 28}),
            html.Div(
                f"{r.heart_rate / 1.9:.0f} %  {r.speed * 3.6:.1f} km/h  {r.distance / 1000:.2f} km"
            ),
            html.Img(src="data:image/svg+xml;utf8," + drawing.replace("#", "%23"), height=40),
        ],
        style={"border": "1px solid #ccc", "padding": 6},
    )


def squad(app: dash.Dash, athletes: int) -> None:
    app.layout = html.Div([
        dcc.Interval("tick", interval=1000),
        html.Span(className="stamp", id="stamp"),
        html.Div(id="tiles", style={"display": "grid", "gap": 6, "gridTemplateColumns": "repeat(6, 1fr)"}),
    ])  # fmt: skip

    @app.callback(
        Output("tiles", "children"), Output("stamp", "children"), Input("tick", "n_intervals")
    )
    def update(_):
        second = world.now()
        return [tile(a, second) for a in range(athletes)], str(second * 1000)


def athlete(app: dash.Dash) -> None:
    past = world.history(0, world.now())
    times = [r.stamp for r in past]
    lanes = [
        dcc.Graph(
            id=name,
            figure=go.Figure(
                go.Scatter(x=times, y=[getattr(r, name) for r in past]), {"height": 180}
            ),
        )
        for name in world.LANES
    ]
    track = go.Figure(go.Scatter(x=[r.x for r in past], y=[r.y for r in past]), {"height": 300})
    app.layout = html.Div([dcc.Interval("tick", interval=1000), html.Span(className="stamp", id="stamp"),
                           *lanes, dcc.Graph(id="track", figure=track)])  # fmt: skip

    @app.callback(
        *(Output(name, "extendData") for name in (*world.LANES, "track")),
        Output("stamp", "children"),
        Input("tick", "n_intervals"),
    )
    def update(_):
        r = world.reading(0, world.now())
        lanes = [
            ({"x": [[r.stamp]], "y": [[getattr(r, name)]]}, [0], world.POINTS)
            for name in world.LANES
        ]
        return *lanes, ({"x": [[r.x]], "y": [[r.y]]}, [0], world.POINTS), str(r.stamp)


if __name__ == "__main__":
    view, count, port = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    app = dash.Dash(__name__, serve_locally=True)
    squad(app, count) if view == "squad" else athlete(app)
    app.run(port=port, debug=False)
