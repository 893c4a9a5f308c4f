# Triton with the models inside, for clusters: there a folder of the host is not at hand, and a new model is a new image.
# Build topology/docker/triton-cpu.Dockerfile first; its image is the argument's default.
ARG TRITON=triplewire-triton-cpu:0.1.0
FROM ${TRITON}
COPY triton_models /models
USER 10001:10001
