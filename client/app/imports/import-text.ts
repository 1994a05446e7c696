import { ColumnUse, Delimiter, Encoding, ImportState } from './wire/import';

export const STATE_TEXT: Readonly<Record<ImportState, string>> = {
  uploaded: $localize`Not previewed yet`,
  checking: $localize`Preview is made`,
  checked: $localize`Previewed, not imported yet`,
  running: $localize`Import runs`,
  done: $localize`Imported`,
  failed: $localize`Failed`,
  interrupted: $localize`Interrupted`,
};

export const ENCODING_TEXT: Readonly<Record<Encoding, string>> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16 LE',
  'utf-16be': 'UTF-16 BE',
  'windows-1252': 'Windows-1252',
};

export const DELIMITER_TEXT: Readonly<Record<Delimiter, string>> = {
  ',': $localize`Comma`,
  ';': $localize`Semicolon`,
  '\t': $localize`Tab`,
};

export const USE_TEXT: Readonly<Record<ColumnUse['use'], string>> = {
  id: $localize`Id of the customer`,
  email: $localize`Email that names the customer`,
  attribute: $localize`Attribute`,
  time: $localize`Time of the change`,
  ignore: $localize`Ignore`,
};

export const TYPE_TEXT: Readonly<Record<NonNullable<ColumnUse['type']>, string>> = {
  auto: $localize`Same as the present value`,
  text: $localize`Text`,
  number: $localize`Number`,
  boolean: $localize`Yes or no`,
  time: $localize`Time`,
  json: 'JSON',
};

export const DATE_FORM_TEXT: Readonly<Record<NonNullable<ColumnUse['date_form']>, string>> = {
  auto: $localize`Recognised`,
  ymd: $localize`Year, month, day`,
  dmy: $localize`Day, month, year`,
  mdy: $localize`Month, day, year`,
};

const DAMAGE_TEXT: Readonly<Record<string, string>> = {
  zeros_lost: $localize`zeros in front are gone`,
  digits_lost: $localize`digits are lost`,
  scientific_notation: $localize`became a power of ten`,
  taken_for_number: $localize`taken for a number`,
  taken_for_date: $localize`taken for a date`,
  characters_lost: $localize`characters are lost`,
  case_changed: $localize`capital letters`,
  spaces_lost: $localize`spaces are lost`,
  error_value: $localize`an error of the spreadsheet`,
};

/** The damage of a cell in words. */
export function damageText(damage: string): string {
  return DAMAGE_TEXT[damage] ?? damage;
}
