import fc from 'fast-check';
import { canonicalNumber, compareNumbers, isBoundedNumber, isDouble } from './decimal.js';

/** A number of JSON as a fraction of two integers. */
function fractionOf(text: string): [numerator: bigint, denominator: bigint] {
  const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = BigInt(`${sign}${whole}${fraction}`);
  const power = Number(exponent) - fraction.length;
  return power < 0 ? [digits, 10n ** BigInt(-power)] : [digits * 10n ** BigInt(power), 1n];
}

function areEqual(a: string, b: string): boolean {
  const [x, y] = [fractionOf(a), fractionOf(b)];
  return x[0] * y[1] === y[0] * x[1];
}

const digits = (most: number): fc.Arbitrary<string> =>
  fc.string({
    unit: fc.constantFrom('0', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'),
    minLength: 1,
    maxLength: most,
  });
const number = fc
  .tuple(
    fc.constantFrom('', '-'),
    digits(24).map((text) => text.replace(/^0+(?=\d)/, '')),
    fc.option(digits(24), { nil: undefined }),
    fc.option(fc.tuple(fc.constantFrom('e', 'E', 'e+', 'e-', 'e-0'), fc.nat({ max: 330 })), { nil: undefined }),
  )
  .map(
    ([sign, whole, fraction, exponent]) =>
      `${sign}${whole}${fraction === undefined ? '' : `.${fraction}`}${exponent?.join('') ?? ''}`,
  );
/** Another text of the same value. */
const respelled = fc.tuple(number, fc.nat({ max: 20 })).map(([text, zeros]): [string, string] => {
  const [mantissa, power = '0'] = text.toLowerCase().split('e');
  const [whole, fraction = ''] = mantissa.split('.');
  const shifted = `${whole}${fraction}${'0'.repeat(zeros)}`.replace(/^(-?)0+(?=\d)/, '$1');
  return [text, `${shifted}E${Number(power) - fraction.length - zeros}`];
});

describe('the canonical text of a number', () => {
  it('is the same for numbers of the same value, and for no others', () => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        expect(canonicalNumber(a) === canonicalNumber(b)).toBe(areEqual(a, b));
        expect(areEqual(canonicalNumber(a), a)).toBe(true);
      }),
    );
    fc.assert(fc.property(respelled, ([a, b]) => expect(canonicalNumber(b)).toBe(canonicalNumber(a))));
  });

  it('is what JSON.stringify writes of a double, so that messages of earlier versions are recognised', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (double) => {
        const written = JSON.stringify(double);
        expect(canonicalNumber(written)).toBe(written);
        const exact = `${BigInt(Math.round(double % 2 ** 53))}`;
        expect(canonicalNumber(exact)).toBe(JSON.stringify(Number(exact)));
      }),
    );
  });

  it.each([
    ['1.0', '1'],
    ['1e0', '1'],
    ['10E-1', '1'],
    ['-0', '0'],
    ['0.00', '0'],
    ['0e999999999999', '0'],
    ['1.50', '1.5'],
    ['1e21', '1e+21'],
    ['1000000000000000000000', '1e+21'],
    ['0.0000001', '1e-7'],
    ['3544790567247868102', '3544790567247868102e0'],
    ['3544790567247868000', '3544790567247868000'],
    ['0.1000000000000000055', '1000000000000000055e-19'],
    ['1e399', '1e399'],
    ['5e-400', '5e-400'],
  ])('of %s is %s', (text, canonical) => {
    expect(canonicalNumber(text)).toBe(canonical);
  });
});

describe('the bound of a number', () => {
  it.each([
    ['9'.repeat(400), true],
    ['9'.repeat(401), false],
    [`-0.${'1'.repeat(400)}`, true],
    [`0.${'1'.repeat(401)}`, false],
    [`1.${'0'.repeat(401)}`, false],
    [`${'9'.repeat(400)}.${'9'.repeat(400)}`, true],
    ['1e399', true],
    ['1e400', false],
    ['1e500', false],
    ['0.001e402', true],
    ['0.001e403', false],
    ['1e-400', true],
    ['10e-401', true],
    ['1e-401', false],
    ['12e-401', false],
    ['0e500', true],
    ['0.0e-500', true],
    [`1e${'9'.repeat(9_000)}`, false],
    [`1e-${'0'.repeat(9_000)}1`, true],
  ])('holds or does not hold for %.20s (%#)', (text, isBounded) => {
    expect(isBoundedNumber(text)).toBe(isBounded);
  });
});

describe('two numbers', () => {
  const digits = fc.string({ unit: fc.constantFrom('0', '0', '1', '9'), minLength: 1, maxLength: 20 });
  const number = fc
    .tuple(fc.constantFrom('', '-'), digits, fc.option(digits, { nil: '' }), fc.constantFrom('', 'e2', 'E+20', 'e-3'))
    .map(([sign, whole, fraction, exponent]) => `${sign}${whole}${fraction && `.${fraction}`}${exponent}`);

  it('are compared as exact arithmetic has it, digit for digit', () => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        const [[x, under], [y, over]] = [fractionOf(a), fractionOf(b)];
        const difference = x * over - y * under;
        expect(Math.sign(compareNumbers(a, b))).toBe(difference === 0n ? 0 : difference > 0n ? 1 : -1);
      }),
    );
  });

  it('that doubles tell are in the order of their doubles', () => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        if (isDouble(a) && isDouble(b))
          expect(Math.sign(compareNumbers(a, b))).toBe(Math.sign(Number(a) - Number(b)) || 0);
      }),
    );
    expect(['0.1', '1e21', '-0', '1.0', '18'].every(isDouble)).toBe(true);
    expect(['3544790567247868102', '0.1000000000000000055', '1e399', '1e-399'].some(isDouble)).toBe(false);
  });
});
