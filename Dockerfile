# Untried: written without a Docker engine at hand. Report what does not work.
# Debian (glibc) on purpose: the database binaries and Chromium need it.
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:20-bookworm-slim
# tini reaps what a killed browser leaves behind; the headless shell costs half the memory of a full browser.
RUN apt-get update \
  && apt-get install -y --no-install-recommends chromium-headless-shell fonts-liberation tini \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --create-home --uid 10001 muster \
  && install -d -o muster -g muster /data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
USER muster
# Outside the container only with API_KEYS: without keys the runtime refuses any host but loopback.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=5001 DATA_DIR=/data WHATSAPP_BROWSER=shell
EXPOSE 5001
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:5001/health/live').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--"]
CMD ["node", "--enable-source-maps", "dist/src/main.js"]
