/** Whether the client would rather have CSV than JSON. */
export const wantsCsv = (accept = ''): boolean =>
  quality(accept, 'text/csv') > quality(accept, 'application/json');

const quality = (accept: string, type: string): number => {
  const range = accept.split(',').find(part => part.trim().split(';')[0]?.trim().toLowerCase() === type);
  if (range === undefined) return 0;
  const q = /;\s*q=([01](?:\.\d{1,3})?)/i.exec(range)?.[1];
  return q === undefined ? 1 : Number(q);
};
