# Builds the console, then the static binary, and ships only that.
FROM node:20-bookworm-slim AS console
WORKDIR /src
COPY console/package.json console/package-lock.json console/.npmrc console/
RUN cd console && npm ci --no-audit --no-fund
COPY console console
COPY docs/reference/openapi.yaml docs/reference/openapi.yaml
RUN cd console && npm run build

FROM golang:1.26-bookworm AS binary
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=console /src/console/dist console/dist
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /vedette ./cmd/vedette \
 && mkdir -p /data && chown 65532:65532 /data

FROM scratch
COPY --from=binary /vedette /vedette
COPY --from=binary /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=binary /usr/local/go/lib/time/zoneinfo.zip /zoneinfo.zip
COPY --from=binary --chown=65532:65532 /data /data
ENV VEDETTE_DATA_DIR=/data ZONEINFO=/zoneinfo.zip
USER 65532:65532
VOLUME /data
EXPOSE 8443 5514/tcp 5514/udp
ENTRYPOINT ["/vedette"]
CMD ["serve"]
