# The app in a container; HOSTING.md says how to start it. The first line is the place of a fixed
# base: python:3.11-slim-bookworm@sha256:... where the same bytes are wanted for years.
FROM python:3.11-slim-bookworm

WORKDIR /app
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin sidang

USER sidang
ENV PYTHONUNBUFFERED=1 SIDANG_HOST=0.0.0.0 SIDANG_PORT=7860
EXPOSE 7860
# Any answer but a server's error is health: with --auth it may be "not authorised".
HEALTHCHECK --interval=30s --timeout=10s --start-period=180s --retries=3 \
    CMD ["python", "-c", "import http.client as h, os; c = h.HTTPConnection('127.0.0.1', int(os.environ['SIDANG_PORT']), timeout=8); c.request('GET', '/gradio_api/app_id'); raise SystemExit(c.getresponse().status >= 500)"]
CMD ["python", "app.py"]
