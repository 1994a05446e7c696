import { initialsOf } from './initials';

describe('the initials of a name', () => {
  it.each([
    ['Malcolm Hessel', 'MH'],
    ['ada king lovelace', 'AL'],
    ['Madonna', 'M'],
    ['bill.b@b.example', 'B'],
    ['(Zoë) O’Hara', 'ZO'],
    ['e\u0301lodie ßen', 'E\u0301ß'],
    ['7 Eleven', '7E'],
    ['Client 13', 'C1'],
    ['محمد الأحمد', 'م'],
    ['الأحمد', 'أ'],
    ['山田 太郎', '山'],
    ['김철수', '김'],
    ['Лев Толстой', 'ЛТ'],
    ['👩‍👩‍👧 Family', '👩‍👩‍👧F'],
    ['🇩🇪', '🇩🇪'],
    ['<b>!</b>', 'B'],
  ])('%s: %s', (name, initials) => {
    expect(initialsOf(name)).toBe(initials);
  });

  it.each(['13', '1004', '!?', '', '2024-11-28', '٤٢'])('does not take “%s” for a name', (name) => {
    expect(initialsOf(name)).toBeNull();
  });
});
