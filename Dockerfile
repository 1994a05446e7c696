# The server and the command line, built from the lockfile. Node's own image, so that no other system is needed.
FROM node:20-bookworm-slim AS build
WORKDIR /roster
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && rm -rf dist/modules && node deploy/runtime-manifest.mjs

# Only what runs and is not in the bundle: no compiler, no framework. The native code comes built, so no script of a package has to run.
FROM node:20-bookworm-slim AS modules
WORKDIR /roster
COPY --from=build /roster/package.json /roster/package-lock.json /roster/.npmrc ./
RUN npm install --ignore-scripts --no-audit --no-fund

FROM node:20-bookworm-slim
# A name other than localhost under which clients reach it has to be in ALLOWED_HOSTS or PUBLIC_URL.
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/data/incoming DATABASE_URL=file:/data/roster.db
WORKDIR /roster
COPY --from=modules /roster/node_modules node_modules
COPY --from=build /roster/dist dist
COPY --from=modules /roster/package.json ./
RUN mkdir -p /data/incoming && chown -R node:node /data
USER node
VOLUME /data
EXPOSE 1323
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:1323/health/live').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node is the first process: a stop signal reaches it, and it ends its requests and leaves ingestions resumable.
CMD ["node", "dist/server/main.js"]
