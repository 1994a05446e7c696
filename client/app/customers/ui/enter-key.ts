/** Tells whether Enter leaves a text field: its text has one line, and no input method is at work. Shift+Enter starts a new line. */
export function leavesOnEnter(event: Event): boolean {
  if (!(event instanceof KeyboardEvent) || !(event.target instanceof HTMLTextAreaElement)) return false;
  return !event.isComposing && !event.shiftKey && !event.target.value.includes('\n');
}

/** Submits the form of a text of one line on Enter, as a browser does for an `<input>`. */
export function submitOnEnter(event: Event): void {
  if (!leavesOnEnter(event) || !(event.target instanceof HTMLTextAreaElement)) return;
  event.preventDefault();
  event.target.form?.requestSubmit();
}
