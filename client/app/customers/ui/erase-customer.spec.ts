import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';

import { HTTP } from '../../../../test/support/component';
import { Confirm } from '../../ui/confirm';
import type { Answer, Question } from '../../ui/confirm-dialog';
import { Toast } from '../../ui/toast';
import { DeleteCustomer } from './delete-customer';
import { EraseCustomer, type Deletion } from './erase-customer';

describe('EraseCustomer', () => {
  const asked: Question[] = [];
  const shown: string[] = [];
  let answers: Answer[];
  let http: HttpTestingController;

  beforeEach(() => {
    asked.length = shown.length = 0;
    const choose = (question: Question): Promise<Answer> => {
      asked.push(question);
      return Promise.resolve(answers.shift() ?? 'cancel');
    };
    const confirm = { choose, ask: async (question: Question) => (await choose(question)) === 'confirm' };
    const toast = { show: (text: string) => Promise.resolve(shown.push(text)) };
    TestBed.configureTestingModule({
      providers: [...HTTP, { provide: Confirm, useValue: confirm }, { provide: Toast, useValue: toast }],
    });
    http = TestBed.inject(HttpTestingController);
  });
  afterEach(() => http.verify());

  const answerWith = async (sources: readonly { name: string }[]): Promise<void> => {
    await new Promise((next) => setTimeout(next));
    http
      .expectOne({ method: 'DELETE', url: '/customers/a%2Fb?erase=true' })
      .flush({ sources }, { status: 201, statusText: 'x' });
  };

  it('asks twice, says what goes, and names the sources that still have the customer', async () => {
    answers = ['confirm', 'confirm'];
    const erased = TestBed.inject(EraseCustomer).ask({ id: 'a/b', attributes: {} }, null);
    await answerWith([{ name: 'one.jsonl' }, { name: 'shop' }]);
    expect(await erased).toEqual<Deletion>({ kind: 'deleted' });
    expect(asked.map(({ heading }) => heading)).toEqual(['Erase customer a/b for ever?', 'Is this certain?']);
    expect(asked[0].text).toContain('its history');
    expect(shown).toEqual(['Customer a/b erased. It occurs in one.jsonl, shop, which stays as it is.']);
  });

  it.each<Answer[][]>([[['cancel']], [['confirm', 'cancel']]])('keeps the customer after %j', async (given) => {
    answers = [...given];
    expect(await TestBed.inject(EraseCustomer).ask({ id: 'a/b', attributes: {} }, null)).toEqual<Deletion>({
      kind: 'kept',
    });
    expect(shown).toEqual([]);
  });

  it('is a third way of the dialog that deletes', async () => {
    answers = ['other', 'confirm', 'confirm'];
    const deleted = TestBed.inject(DeleteCustomer).ask({ id: 'a/b', attributes: {} }, null);
    await answerWith([]);
    expect(await deleted).toEqual<Deletion>({ kind: 'deleted' });
    expect(asked[0].other).toBe('Erase for ever …');
    expect(shown).toEqual(['Customer a/b erased']);
  });
});
