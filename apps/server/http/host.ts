/** Whether an address to listen on can be reached from this machine only. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || isLoopbackV4(host);

const isLoopbackV4 = (host: string): boolean => {
  const parts = /^127\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host);
  return parts !== null && parts.slice(1).every(part => Number(part) <= 255);
};

/**
 * Whether a Host header names this machine. A page of another site that has its name resolve to 127.0.0.1 (DNS
 * rebinding) sends its own name here.
 */
export const namesLoopback = (header: string | undefined): boolean => {
  const match = /^(\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::\d{1,5})?$/i.exec(header ?? '');
  const host = match?.[1]?.toLowerCase() ?? '';
  return isLoopback(host.startsWith('[') ? host.slice(1, -1) : host);
};

/** The host is not this machine's own, and there are no API keys. */
export class HostRefused extends Error {
  override readonly name = 'HostRefused';

  constructor(host: string) {
    super(
      `refusing to listen on ${host}: without API keys anybody who reaches it could read and write; set LEADFOLD_API_KEYS (\`leadfold keys new\` makes one), or use 127.0.0.1, ::1 or localhost`,
    );
  }
}
