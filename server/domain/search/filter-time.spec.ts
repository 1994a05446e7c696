import { selectedTimes, timesWithin, type FilterClock, type WeekStart } from './filter-time.js';
import { TimeZone } from './time-zone.js';

const DAY = 86_400_000;

function clock(zone: string, now: string, weekStart: WeekStart = 'monday'): FilterClock {
  const found = TimeZone.find(zone);
  if (!found) throw new Error(`no zone ${zone}`);
  return { now: Date.parse(now), zone: found, weekStart };
}

/** The instants of a period, as RFC 3339 text. */
function period(text: string, at: FilterClock): [from: string, to: string] {
  const { from, to } = selectedTimes('on', text, at).instants;
  return [new Date(from).toISOString(), new Date(to).toISOString()].map((time) => time.replace(':00.000', '')) as [
    string,
    string,
  ];
}

describe('a time to compare with', () => {
  it.each<[string, string, string, string, string, WeekStart?]>([
    ['UTC', '2026-11-28T21:00:00Z', 'today', '2026-11-28T00:00Z', '2026-11-29T00:00Z'],
    ['UTC', '2026-11-28T21:00:00Z', '2024-02-29', '2024-02-29T00:00Z', '2024-03-01T00:00Z'],
    ['Asia/Kathmandu', '2026-11-28T18:20:00Z', 'today', '2026-11-28T18:15Z', '2026-11-29T18:15Z'],
    ['Asia/Kathmandu', '2026-11-28T18:10:00Z', 'today', '2026-11-27T18:15Z', '2026-11-28T18:15Z'],
    ['Asia/Kathmandu', '2026-11-28T18:20:00Z', 'yesterday', '2026-11-27T18:15Z', '2026-11-28T18:15Z'],
    // Clocks go forward at 02:00 and back at 03:00.
    ['Europe/Berlin', '2026-03-29T12:00:00Z', 'today', '2026-03-28T23:00Z', '2026-03-29T22:00Z'],
    ['Europe/Berlin', '2026-10-25T12:00:00Z', 'today', '2026-10-24T22:00Z', '2026-10-25T23:00Z'],
    ['Europe/Berlin', '2026-03-30T12:00:00Z', 'yesterday', '2026-03-28T23:00Z', '2026-03-29T22:00Z'],
    ['Europe/Berlin', '2026-03-29T12:00:00Z', 'this_week', '2026-03-22T23:00Z', '2026-03-29T22:00Z'],
    ['Europe/Berlin', '2026-03-29T12:00:00Z', 'this_week', '2026-03-28T23:00Z', '2026-04-04T22:00Z', 'sunday'],
    ['Europe/Berlin', '2026-03-29T22:30:00Z', 'this_week', '2026-03-29T22:00Z', '2026-04-05T22:00Z'],
    ['Europe/Berlin', '2026-03-29T12:00:00Z', 'this_month', '2026-02-28T23:00Z', '2026-03-31T22:00Z'],
    ['Europe/Berlin', '2026-12-31T23:30:00Z', 'this_year', '2026-12-31T23:00Z', '2027-12-31T23:00Z'],
    ['America/New_York', '2027-01-01T04:30:00Z', 'this_year', '2026-01-01T05:00Z', '2027-01-01T05:00Z'],
    ['America/New_York', '2027-01-01T04:30:00Z', 'this_month', '2026-12-01T05:00Z', '2027-01-01T05:00Z'],
    ['America/New_York', '2027-01-01T04:30:00Z', 'this_week', '2026-12-28T05:00Z', '2027-01-04T05:00Z'],
    // Clocks skip midnight; later they strike it twice.
    ['America/Sao_Paulo', '2018-11-04T12:00:00Z', 'today', '2018-11-04T03:00Z', '2018-11-05T02:00Z'],
    ['America/Sao_Paulo', '2018-11-04T12:00:00Z', 'yesterday', '2018-11-03T03:00Z', '2018-11-04T03:00Z'],
    ['America/Sao_Paulo', '2019-02-17T12:00:00Z', 'yesterday', '2019-02-16T02:00Z', '2019-02-17T03:00Z'],
    // Clocks move by half an hour.
    ['Australia/Lord_Howe', '2026-10-04T12:00:00Z', 'today', '2026-10-03T13:30Z', '2026-10-04T13:00Z'],
    ['Australia/Lord_Howe', '2026-04-05T12:00:00Z', 'today', '2026-04-04T13:00Z', '2026-04-05T13:30Z'],
    // A day is skipped.
    ['Pacific/Apia', '2011-12-31T00:00:00Z', 'yesterday', '2011-12-30T10:00Z', '2011-12-30T10:00Z'],
    ['Pacific/Apia', '2011-12-31T00:00:00Z', '2011-12-30', '2011-12-30T10:00Z', '2011-12-30T10:00Z'],
    ['Pacific/Apia', '2011-12-31T00:00:00Z', '2011-12-29', '2011-12-29T10:00Z', '2011-12-30T10:00Z'],
    ['Pacific/Apia', '2011-12-31T00:00:00Z', 'this_week', '2011-12-26T10:00Z', '2012-01-01T10:00Z'],
  ])('in %s at %s, %s is %s to %s', (zone, now, text, from, to, weekStart = 'monday') => {
    expect(period(text, clock(zone, now, weekStart))).toEqual([from, to]);
  });

  it.each([
    ['UTC', '2026-11-28T21:30:00.123Z', '-7d', '2026-11-21T21:30:00.123Z'],
    ['UTC', '2026-11-28T21:30:00.123Z', '-0d', '2026-11-28T21:30:00.123Z'],
    ['UTC', '2026-11-28T21:30:00.123Z', '-12h', '2026-11-28T09:30:00.123Z'],
    // The same wall time, which another offset had.
    ['Europe/Berlin', '2026-03-30T08:00:00Z', '-1d', '2026-03-29T08:00:00.000Z'],
    ['Europe/Berlin', '2026-03-30T08:00:00Z', '-2d', '2026-03-28T09:00:00.000Z'],
    ['Europe/Berlin', '2026-03-30T08:00:00Z', '-48h', '2026-03-28T08:00:00.000Z'],
    // 02:30 is skipped, and is an hour later then.
    ['Europe/Berlin', '2026-03-30T00:30:00Z', '-1d', '2026-03-29T01:30:00.000Z'],
    // 02:30 comes twice; the first is meant.
    ['Europe/Berlin', '2026-10-26T01:30:00Z', '-1d', '2026-10-25T00:30:00.000Z'],
    // Nothing ago is now, also where the wall time comes twice.
    ['Europe/Berlin', '2026-10-25T01:30:00Z', '-0d', '2026-10-25T01:30:00.000Z'],
    ['Australia/Lord_Howe', '2026-10-05T00:00:00Z', '-2d', '2026-10-03T00:30:00.000Z'],
    ['America/Sao_Paulo', '2018-11-05T02:30:00Z', '-1d', '2018-11-04T03:30:00.000Z'],
    ['Asia/Kathmandu', '2026-01-01T00:00:00Z', '-365d', '2025-01-01T00:00:00.000Z'],
    // Two days before is a day that was skipped: the same time of the day after it.
    ['Pacific/Apia', '2011-12-31T12:00:00Z', '-2d', '2011-12-30T12:00:00.000Z'],
    ['Pacific/Apia', '2011-12-31T12:00:00Z', '-3d', '2011-12-29T12:00:00.000Z'],
  ])('in %s at %s, %s is %s', (zone, now, text, expected) => {
    expect(new Date(selectedTimes('before', text, clock(zone, now)).instants.to).toISOString()).toBe(expected);
  });
});

describe('events within a relative time', () => {
  it.each<[string, string, string, string, string, WeekStart?]>([
    ['UTC', '2026-11-28T21:30:00.123Z', '-7d', '2026-11-21T21:30:00.123Z', '2026-11-28T21:30:00.124Z'],
    ['UTC', '2026-11-28T21:30:00.123Z', '-0h', '2026-11-28T21:30:00.123Z', '2026-11-28T21:30:00.124Z'],
    ['Europe/Berlin', '2026-03-30T08:00:00.000Z', '-2d', '2026-03-28T09:00:00.000Z', '2026-03-30T08:00:00.001Z'],
    ['Europe/Berlin', '2026-10-25T12:00:00.000Z', 'today', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
    ['UTC', '2026-11-28T21:30:00.000Z', 'this_week', '2026-11-23T00:00:00.000Z', '2026-11-30T00:00:00.000Z'],
    ['UTC', '2026-11-28T21:30:00.000Z', 'this_week', '2026-11-22T00:00:00.000Z', '2026-11-29T00:00:00.000Z', 'sunday'],
    ['UTC', '2026-12-31T23:59:59.999Z', 'this_year', '2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
  ])('in %s at %s, %s is %s up to %s', (zone, now, text, from, to, weekStart = 'monday') => {
    const range = timesWithin(text, clock(zone, now, weekStart));
    expect([range.from, range.to].map((time) => new Date(time).toISOString())).toEqual([from, to]);
  });
});

describe('a value that is a date', () => {
  it.each<[string, string, 'before' | 'after' | 'on', string, number, number]>([
    ['UTC', '2026-11-28T21:00:00Z', 'on', 'today', 0, 1],
    ['America/New_York', '2026-11-29T02:00:00Z', 'on', 'today', 0, 1],
    ['Asia/Kathmandu', '2026-11-27T20:00:00Z', 'on', 'today', 0, 1],
    ['Asia/Kathmandu', '2026-11-27T20:00:00Z', 'before', 'today', -Infinity, 0],
    ['Asia/Kathmandu', '2026-11-27T20:00:00Z', 'after', 'today', 1, Infinity],
    ['America/New_York', '2026-11-28T21:00:00Z', 'before', '-0d', -Infinity, 1],
    ['America/New_York', '2026-11-28T21:00:00Z', 'after', '-0d', 1, Infinity],
    ['America/New_York', '2026-11-28T05:00:00Z', 'before', '-0h', -Infinity, 0],
    ['America/New_York', '2026-11-28T05:00:00Z', 'on', '2026-11-28T05:00:00Z', 0, 1],
    ['America/New_York', '2026-11-28T05:00:00Z', 'on', '2026-11-28T05:00:00.001Z', 1, 1],
  ])('is compared with the days of the zone: in %s at %s, %s %s', (zone, now, is, text, from, to) => {
    const first = Date.UTC(2026, 10, 28);
    const { days } = selectedTimes(is, text, clock(zone, now));
    expect([(days.from - first) / DAY, (days.to - first) / DAY]).toEqual([from, to]);
  });
});

describe('a time zone', () => {
  it.each(['', 'Europe/Atlantis', '+02:00', '-0200', 'Berlin', 'Europe/Berlin ', '../etc'])('is not %j', (name) => {
    expect(TimeZone.find(name)).toBeUndefined();
  });

  it.each(['UTC', 'Europe/Berlin', 'europe/berlin', 'Etc/GMT+5', 'America/Argentina/Buenos_Aires'])('is %s', (name) => {
    expect(TimeZone.find(name)).toBe(TimeZone.find(name));
    expect(TimeZone.find(name)).toBeDefined();
  });

  it('has each day from its first instant to that of the next, whatever its clocks do', () => {
    const wallDay = (zone: TimeZone, instant: number): number => Math.floor(zone.wallTime(instant) / DAY);
    for (const name of [
      'Europe/Berlin',
      'America/Sao_Paulo',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'America/St_Johns',
    ]) {
      const zone = TimeZone.find(name);
      if (!zone) throw new Error(name);
      for (let day = Date.UTC(2005, 0); day < Date.UTC(2007, 0); day += DAY) {
        const start = zone.startOf(day);
        expect(wallDay(zone, start) * DAY).toBe(day);
        if (wallDay(zone, start - 1) * DAY !== day - DAY) throw new Error(`${name} ${new Date(day).toISOString()}`);
      }
    }
  });
});
