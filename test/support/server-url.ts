/** The address of a server that a suite needs, from the environment; `npm run test:servers` sets it. */
export const serverUrl = (variable: 'ESDB_URL' | 'MONGODB_URL' | 'KAFKA_BROKERS'): string => {
  const url = process.env[variable];
  if (url === undefined || url === '')
    throw new Error(
      `${variable} is not set: run this suite by \`npm run test:servers\`, or set it to a server's address`,
    );
  return url;
};
