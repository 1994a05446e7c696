/** Moves the focus to the first field that is marked invalid. Gives how many there are. */
export function focusFirstInvalid(container: HTMLElement): number {
  const invalid = container.querySelectorAll<HTMLElement>('[aria-invalid="true"]');
  if (invalid.length > 0) invalid[0].focus();
  return invalid.length;
}

/** What a screen reader says of fields that keep a form from being saved. */
export function needAttention(count: number): string {
  return count === 1 ? $localize`One field needs attention` : $localize`${count}:count: fields need attention`;
}
