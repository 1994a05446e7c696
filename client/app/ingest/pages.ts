// The pages of ingestions and of spreadsheets share most of their code, so they are one script.
export { ImportShow } from '../imports/import-show';
export { Ingest } from './ingest';
