/** The form in which texts are compared without regard to case: lower case, with the final sigma as the ordinary one. */
export function foldCase(text: string): string {
  return text.toLowerCase().replaceAll('ς', 'σ');
}
