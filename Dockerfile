FROM python:3.12-slim

RUN useradd --create-home --uid 1000 twin
WORKDIR /srv/twin

COPY requirements.txt pyproject.toml README.md LICENSE ./
COPY twin twin
COPY simulator simulator
COPY apps apps
RUN pip install --no-cache-dir -c requirements.txt . \
    && mkdir /data \
    && chown twin:twin /data

USER twin
ENV DATA_DIR=/data
VOLUME /data
EXPOSE 5006

HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:5006/liveness', timeout=4)"]

CMD ["twin", "serve", "--address", "0.0.0.0", "--source", "simulator:12"]
