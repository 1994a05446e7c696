/** The name of a file without its folders. The server names a file that it found by its path. */
export function fileOf(path: string): string {
  return path.replace(/^.*[/\\](?=.)/su, '');
}
