/** Moves the focus to the first field that is marked invalid. Gives how many there are. */
export function focusFirstInvalid(container: HTMLElement): number {
  const invalid = container.querySelectorAll<HTMLElement>('[aria-invalid="true"]');
  if (invalid.length > 0) invalid[0].focus();
  return invalid.length;
}
