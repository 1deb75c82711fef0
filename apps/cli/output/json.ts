/** A result as JSON, indented for people. */
export const renderJson = (value: unknown): string => JSON.stringify(value, null, 2);
