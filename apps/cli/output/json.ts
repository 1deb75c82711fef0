/** A result as JSON, indented for people. */
export const renderJson = (value: unknown): string => JSON.stringify(value, null, 2);

/**
 * JSON for the eye: as above, but lists of plain values stay in a line.
 *
 * @example
 * readableJson({ marks: [1, 2] }) // '{\n  "marks": [1, 2]\n}'
 */
export const readableJson = (value: unknown, indent = ''): string => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const parts = value.map(part => readableJson(part, inner));
    const plain = value.every(part => typeof part !== 'object' || part === null);
    return plain ? `[${parts.join(', ')}]` : `[\n${parts.map(part => inner + part).join(',\n')}\n${indent}]`;
  }
  const members = Object.entries(value).map(
    ([name, member]) => `${inner}${JSON.stringify(name)}: ${readableJson(member, inner)}`,
  );
  return members.length === 0 ? '{}' : `{\n${members.join(',\n')}\n${indent}}`;
};
