import { TestBed } from '@angular/core/testing';

import { DIALOGS, dialogScreen } from '../../../test/support/dialog';
import { Confirm } from './confirm';

const question = {
  heading: 'Delete customer 7?',
  text: 'All of <b>it</b> goes.',
  confirm: 'Delete',
  cancel: 'Keep',
};

describe('ConfirmDialog', () => {
  let answer: Promise<boolean>;
  const screen = dialogScreen();

  beforeEach(async () => {
    TestBed.configureTestingModule({ providers: DIALOGS });
    answer = TestBed.inject(Confirm).ask(question);
    await screen.settle();
  });

  it('is an alert dialog named by its heading, with the text as it is', () => {
    const heading = screen.one('h2');
    expect(screen.root.role).toBe('alertdialog');
    expect(screen.root.getAttribute('aria-labelledby')).toBe(heading.id);
    expect(heading.textContent).toBe('Delete customer 7?');
    expect(screen.texts('p')).toEqual(['All of <b>it</b> goes.']);
  });

  it('has the focus on the button that changes nothing', async () => {
    expect(document.activeElement).toBe(screen.button('Keep'));
    await screen.click(screen.button('Keep'));
    expect(await answer).toBe(false);
  });

  it('goes ahead on the other button alone', async () => {
    await screen.click(screen.button('Delete'));
    expect(await answer).toBe(true);
  });

  it('takes Escape for a no', async () => {
    await screen.press(document.body, 'Escape', { keyCode: 27 });
    expect(await answer).toBe(false);
  });

  it('tells a third way apart, where there is one', async () => {
    expect(screen.names('button')).toEqual(['Keep', 'Delete']);
    await screen.click(screen.button('Keep'));
    const choice = TestBed.inject(Confirm).choose({ ...question, other: 'Archive' });
    await screen.settle();
    expect(screen.names('button')).toEqual(['Keep', 'Archive', 'Delete']);
    await screen.click(screen.button('Archive'));
    expect(await choice).toBe('other');
  });
});
