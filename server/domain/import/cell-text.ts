/** A value of a record as the text of a cell: a text as it is, any other value as JSON. @param json an attribute */
export function textOfValue(json: string): string {
  // Safe: JSON in quotes is a string.
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}
