import { hintOf, SEPARATORS } from '../../domain/message/reject-hint.js';

/** The kind of file that a source seems to be, and advice on how to ingest it. */
export interface FileKind {
  /** Stands after "it seems to be". */
  readonly kind: string;
  readonly advice: string;
}

const AS_UTF8 = 'Save it as UTF-8.';
const EXPORT = 'Export it as JSON lines: one JSON object on each line.';
const UNPACK = 'Unpack it first.';

const PDF = '%PDF-';

/** The first bytes of files, one character for each byte. */
const FIRST_BYTES: readonly (readonly [bytes: string, kind: string, advice: string])[] = [
  ['\x1f\x8b', 'gzip inside gzip', 'Unpack it once.'],
  ['\x28\xb5\x2f\xfd', 'a Zstandard archive', 'Unpack it first, or compress it with gzip.'],
  ['BZh', 'a bzip2 archive', 'Unpack it first, or compress it with gzip.'],
  ['\xfd7zXZ\0', 'an xz archive', 'Unpack it first, or compress it with gzip.'],
  ['7z\xbc\xaf\x27\x1c', 'a 7-Zip archive', UNPACK],
  ['Rar!', 'a RAR archive', UNPACK],
  ['\x89PNG', 'a PNG image', EXPORT],
  ['\xff\xd8\xff', 'a JPEG image', EXPORT],
  ['GIF8', 'a GIF image', EXPORT],
  [PDF, 'a PDF document', EXPORT],
  ['\xd0\xcf\x11\xe0', 'an old Excel or Word document', EXPORT],
  ['PAR1', 'a Parquet file', EXPORT],
  ['Obj\x01', 'an Avro file', EXPORT],
  ['SQLite format 3\0', 'a SQLite database', EXPORT],
];

const ZIP = 'PK\x03\x04';
/** A part of every Office document, in the head of the ZIP archive that it is. */
const OFFICE = /\[Content_Types\]\.xml|_rels\/\.rels|xl\//;
const XML_PAGE = /^<(?:!doctype html|html)/i;
/** A list or an object whose first line goes on with no value, or with a member alone. */
const SPREAD_JSON = /^(?:\[\s*(?:\{\s*)?|\{\s*(?:"[^"]*"\s*:[^{}]*)?)[\r\n]/;
/** A byte that ASCII text does not have, one character for each byte. A line of text may begin with `GIF8`. */
const NO_ASCII_TEXT = /[^\t\n\r\x20-\x7e]/;
/** Lines of a table that are looked at. */
const SAMPLE_LINES = 10;
/** Bytes in which UTF-16 without a mark is recognised. */
const UTF16_BYTES = 64;

/** Recognises the kind of a source that does not hold JSON lines, by its first kilobytes. */
export function fileKindOf(head: Buffer): FileKind {
  if (isUtf16(head)) return { kind: 'UTF-16 text', advice: AS_UTF8 };
  const text = head.toString('latin1');
  for (const [bytes, kind, advice] of FIRST_BYTES) if (text.startsWith(bytes)) return { kind, advice };
  if (text.startsWith(ZIP)) {
    if (OFFICE.test(text)) return { kind: 'an Excel or Word document (such as xlsx)', advice: EXPORT };
    return { kind: 'a ZIP archive', advice: UNPACK };
  }
  if (text.includes('\0')) return { kind: 'a binary file', advice: EXPORT };
  return textKindOf(
    head
      .toString('utf8')
      .replace(/^\uFEFF/, '')
      .trimStart(),
  );
}

function textKindOf(text: string): FileKind {
  if (XML_PAGE.test(text)) return { kind: 'an HTML page', advice: EXPORT };
  if (text.startsWith('<')) return { kind: 'XML', advice: EXPORT };
  if (SPREAD_JSON.test(text)) {
    const advice = 'Put each object on one line, without a list around the objects and a comma behind them.';
    return { kind: 'JSON over several lines', advice };
  }
  const lines = text.split(/\r?\n/);
  // The last line may be cut off.
  const sample = lines.slice(0, Math.min(SAMPLE_LINES, lines.length - 1)).filter((line) => line.trim() !== '');
  if (!/^[[{]/.test(text) && sample.length > 0) {
    const separator = SEPARATORS.find(([mark]) => sample.every((line) => line.includes(mark)));
    if (separator) return { kind: `CSV with ${separator[1]} between its columns`, advice: EXPORT };
  }
  const bytes = Buffer.from(lines[0]);
  const hint = bytes.includes('\uFFFD') ? AS_UTF8 : hintOf('invalid_json', bytes, bytes.length, Date.now());
  return {
    kind: 'something other than JSON lines',
    advice: `${hint === undefined ? '' : `Its first line: ${hint} `}Put one JSON object on each line.`,
  };
}

/** True if a source begins like a file of another format: an image, an archive, a document, a database, or gzip inside gzip. */
export function beginsLikeAnotherFormat(head: Buffer): boolean {
  const text = head.toString('latin1');
  if (text.startsWith(PDF)) return true;
  return (
    NO_ASCII_TEXT.test(text) && [ZIP, ...FIRST_BYTES.map(([bytes]) => bytes)].some((bytes) => text.startsWith(bytes))
  );
}

/** True for a byte-order mark of UTF-16, and for text in which every second byte is zero. */
export function isUtf16(head: Buffer): boolean {
  if (head.length < 2) return false;
  const mark = head.readUInt16BE(0);
  if (mark === 0xfffe || mark === 0xfeff) return true;
  const pairs = Math.min(head.length, UTF16_BYTES) >> 1;
  if (pairs < 2) return false;
  const hasZeros = (first: 0 | 1): boolean =>
    Array.from({ length: pairs }, (_, i) => i * 2).every((at) => head[at + first] === 0 && head[at + 1 - first] !== 0);
  return hasZeros(0) || hasZeros(1);
}
