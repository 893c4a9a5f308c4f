# Triton for hosts with a GPU: the NGC image of the release in topology/versions.py, serving the same models with the
# encoder as a TensorRT plan. The operator sets the image with its registry:
#   TRIPLEWIRE_TRITON_GPU_IMAGE=<registry>/nvidia/tritonserver:24.10-py3
ARG TRIPLEWIRE_TRITON_GPU_IMAGE
FROM ${TRIPLEWIRE_TRITON_GPU_IMAGE:?set-TRIPLEWIRE_TRITON_GPU_IMAGE-to-NGC-tritonserver-with-tag-24.10-py3}
# What text_extraction's Python backend needs besides the plan, for the image's Python 3.10.
COPY topology/requirements/triton-gpu.txt /requirements/
RUN pip install --no-cache-dir --no-deps -r /requirements/triton-gpu.txt
COPY topology/docker/triton_probe.py /opt/triplewire/
ENV HOME=/tmp
USER 10001:10001
EXPOSE 8000 8001 8002
CMD ["tritonserver", \
     "--model-repository=/models", \
     "--model-repository=/plans", \
     "--model-config-name=gpu", \
     "--model-control-mode=explicit", "--load-model=*", \
     "--disable-auto-complete-config", \
     "--exit-timeout-secs=5"]
