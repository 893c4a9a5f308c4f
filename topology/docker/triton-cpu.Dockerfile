# Triton for hosts without a GPU: the server binary of the `nvidia-pytriton` wheel, its Python backend, onnxruntime.
FROM python:3.11.13-slim-bookworm
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin triton
COPY topology/requirements/triton.txt /requirements/
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
# --no-deps: the list is complete, and the wheel's Python client is not used.
RUN pip install --no-deps -r /requirements/triton.txt && pip uninstall -y -q setuptools pip
# The wheel has backend and stub in different folders; the server needs them in one.
RUN site=/opt/venv/lib/python3.11/site-packages && server=$site/pytriton/tritonserver \
    && mkdir -p /opt/backends/python \
    && cp $server/backends/python/*.so $server/backends/python/*.py \
        $server/python_backend_stubs/3.11/triton_python_backend_stub /opt/backends/python/ \
    && ln -s $server/bin/tritonserver /usr/local/bin/tritonserver
COPY topology/docker/triton_probe.py /opt/triplewire/
# The interpreter's own library folder first: another libpython of the same minor version breaks the stub.
ENV LD_LIBRARY_PATH=/usr/local/lib:/opt/venv/lib/python3.11/site-packages/nvidia_pytriton.libs HOME=/tmp
USER 10001:10001
EXPOSE 8000 8001 8002
CMD ["tritonserver", \
     "--model-repository=/models", \
     "--backend-directory=/opt/backends", \
     "--model-control-mode=explicit", "--load-model=*", \
     "--disable-auto-complete-config", \
     "--allow-gpu-metrics=false", \
     "--exit-timeout-secs=5"]
