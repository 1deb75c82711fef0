# Leadfold with all of its roles: LEADFOLD_ROLES says which of them a container has.

FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The image brings Node itself, so nothing has to be fetched by install scripts; native modules are in their packages.
RUN npm ci --ignore-scripts
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY apps apps
COPY libs libs
COPY projections projections
COPY imports imports
COPY bench bench
RUN node node_modules/@nestjs/cli/bin/nest.js build && rm dist/.tsbuildinfo

FROM node:24.21.0-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without its script the package `node` holds no program; left in the path, it would stand before the image's own. The
# compiler comes along because the API's description could use it while building.
RUN npm ci --omit=dev --ignore-scripts && rm -r node_modules/node node_modules/typescript node_modules/.bin

FROM node:24.21.0-bookworm-slim
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn* /opt/yarn* \
    && mkdir /data && chown node:node /data
WORKDIR /app
COPY LICENSE package.json ./
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
ENV NODE_ENV=production LEADFOLD_DATA=/data LEADFOLD_HOST=0.0.0.0 LEADFOLD_PORT=3000
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.LEADFOLD_PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/apps/cli/main.js"]
CMD ["serve"]
