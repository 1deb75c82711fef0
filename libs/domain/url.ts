/** An address without what may identify a person, and that apart. */
export interface SplitUrl {
  readonly address: string;
  /** Query and fragment with their ? and #; absent when the address has neither. */
  readonly query?: string;
}

/**
 * Splits query and fragment off an address, which may be relative. Nothing else is changed.
 *
 * @example
 * splitUrl('https://a.example/b?mail=c#d'); // { address: 'https://a.example/b', query: '?mail=c#d' }
 */
export const splitUrl = (url: string): SplitUrl => {
  const at = url.search(/[?#]/);
  return at === -1 ? { address: url } : { address: url.slice(0, at), query: url.slice(at) };
};
