/** Moves the focus to the first invalid field. Returns the number of invalid fields. */
export function focusFirstInvalid(container: HTMLElement): number {
  const invalid = container.querySelectorAll<HTMLElement>('[aria-invalid="true"]');
  if (invalid.length > 0) invalid[0].focus();
  return invalid.length;
}

/** The announcement for a form that can not be saved. */
export function needAttention(count: number): string {
  return count === 1 ? $localize`One field needs attention` : $localize`${count}:count: fields need attention`;
}
