# Holdfast in a container: docs/operations.md says how to run it. Built for any platform of the base image:
#   docker buildx build --platform linux/amd64,linux/arm64 --tag holdfast .

ARG NODE_IMAGE=node:26-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
# What .dockerignore lets through: sources and lock file, without tests.
COPY . .
RUN npm ci --omit=dev --no-audit --no-fund

FROM ${NODE_IMAGE}
ENV NODE_ENV=production \
    HOLDFAST_HOST=0.0.0.0 \
    HOLDFAST_PORT=8787 \
    HOLDFAST_DATA_DIR=/var/lib/holdfast
# The program is root's and only read; the data directory is all that its user can write to.
COPY --from=build /app /app
RUN ln -s /app/packages/cli/bin/holdfast.js /usr/local/bin/holdfast \
    && install --directory --owner=node --group=node --mode=0700 "$HOLDFAST_DATA_DIR"
USER node
WORKDIR /var/lib/holdfast
VOLUME /var/lib/holdfast
EXPOSE 8787
# Of a server that answers for apps: whether it can. Nothing published yet is no illness.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HOLDFAST_PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# It handles SIGTERM itself and leaves no children behind, so that it can be process 1.
ENTRYPOINT ["holdfast"]
CMD ["serve"]
