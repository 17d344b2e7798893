"""A follower as a notebook would be one: answers each line of its input with a line of JSON."""

import json
import sys

import twin
from twin.settings import Settings


def main(folder: str, url: str) -> None:
    live = twin.live(settings=Settings(data_dir=folder, redis_url=url))
    print("ready", flush=True)
    for line in sys.stdin:
        name, _, window = line.strip().partition(" ")
        tick = live.tick()
        states = {s.name: [s.state, s.detail] for s in tick.sources} if tick else {}
        answer = {"number": tick.number if tick else -1, "sources": states, "rows": {}}
        if name and tick and any(athlete.name == name for athlete in tick.squad):
            # A second or two may hold no heart rate at all, and then no such column.
            frame = live.frame(name, float(window)).reindex(columns=["heart_rate"])
            rates = frame["heart_rate"].fillna(-1)
            times = rates.index.strftime("%H:%M:%S.%f")
            answer["rows"] = dict(zip(times, rates.tolist(), strict=True))
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
