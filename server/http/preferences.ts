/**
 * Parses the values of an `Accept` or `Accept-Language` header, in lower case, most preferred first (RFC 9110, section 12.4.2). Values of
 * weight 0 are left out.
 */
export function preferences(header: string): string[] {
  return header
    .split(',')
    .map((part) => {
      const [value, ...weight] = part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*q=/);
      return { value, weight: weight.length === 0 ? 1 : Number(weight[0]) || 0 };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ value }) => value);
}
