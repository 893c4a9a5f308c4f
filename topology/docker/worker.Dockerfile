# The workers, the API and the setup command: the service without torch, compiler or root.
FROM python:3.11.13-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
# Dependencies first: they rarely change, so a new version of the code reuses this layer.
COPY topology/requirements/core.txt topology/requirements/media.txt topology/requirements/serve.txt topology/requirements/bootstrap.txt /requirements/
# `media` adds the packages for pictures, videos and sound, `serve` those for HTTP, which the other workers do not need.
ARG REQUIREMENTS=core
RUN pip install --no-deps -r /requirements/$REQUIREMENTS.txt -r /requirements/bootstrap.txt
WORKDIR /opt/triplewire
COPY pyproject.toml README.md LICENSE ./
COPY streams ./streams
COPY inference ./inference
COPY topology ./topology
COPY triton_models ./triton_models
# Speech is recognised by the media worker only; without weights in the checkout, by pocketsphinx.
RUN [ "$REQUIREMENTS" = media ] || rm -rf inference/speech/weights
# Installed in place, so that the paths in topology/settings.py (ontology, tokenizer) are as in a checkout.
RUN pip install --no-deps --no-build-isolation -e . && pip uninstall -y -q uv setuptools pip

FROM python:3.11.13-slim-bookworm
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin triplewire
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/triplewire /opt/triplewire
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp
WORKDIR /opt/triplewire
USER 10001:10001
CMD ["triplewire", "--help"]
