import { Ingestion } from './wire/ingestion';

export const STATE_TEXT: Readonly<Record<Ingestion['state'], string>> = {
  running: $localize`running`,
  done: $localize`done`,
  failed: $localize`failed`,
  interrupted: $localize`interrupted`,
};
