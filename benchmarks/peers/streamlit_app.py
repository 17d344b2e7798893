"""Squad and athlete page in Streamlit: a fragment that runs once a second."""

import sys

import streamlit as st
import world

view, count = sys.argv[1], int(sys.argv[2])
st.set_page_config(layout="wide")


def stamp(milliseconds: int) -> None:
    st.markdown(f'<span class="stamp">{milliseconds}</span>', unsafe_allow_html=True)


@st.fragment(run_every=1)
def squad() -> None:
    second = world.now()
    columns = st.columns(6)
    for athlete in range(count):
        r = world.reading(athlete, second)
        columns[athlete % 6].metric(
            f"Athlete {athlete}",
            f"{r.heart_rate:.0f} bpm",
            f"{r.speed * 3.6:.1f} km/h",
            chart_data=world.sparkline(athlete, second),
        )
    stamp(second * 1000)


@st.fragment(run_every=1)
def athlete() -> None:
    past = world.history(0, world.now())
    for name in world.LANES:
        st.line_chart({name: [getattr(r, name) for r in past]}, height=180)
    st.scatter_chart({"x": [r.x for r in past], "y": [r.y for r in past]}, x="x", y="y", height=300)
    stamp(past[-1].stamp)


squad() if view == "squad" else athlete()
