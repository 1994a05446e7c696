/** What a first view says in words of its own; the page that follows says the same (`texts.spec.ts`). */
export interface Texts {
  readonly customers: string;
  readonly id: string;
  readonly attributes: string;
  readonly overview: string;
  readonly events: string;
  readonly eventNames: string;
  readonly attributeNames: string;
  readonly history: string;
  readonly nobodyEdited: string;
  readonly updated: string;
  readonly updatedHint: string;
  readonly ingest: string;
  readonly drop: string;
  readonly dropHint: string;
}

/** By the language of the page. Angular translates its own scripts alone. */
export const TEXTS: Readonly<Record<string, Texts>> = {
  en: {
    customers: 'Customers',
    id: 'Id',
    attributes: 'Attributes',
    overview: 'Overview',
    events: 'Events',
    eventNames: 'Event names',
    attributeNames: 'Attribute names',
    history: 'History of edits',
    nobodyEdited: 'Nobody edited this customer. Messages that were ingested are not listed here.',
    updated: 'Last updated',
    updatedHint: 'How many customers had their latest message or edit when. Days in UTC.',
    ingest: 'Ingest',
    drop: 'Drop files here, or choose them',
    dropHint: 'One JSON object a line, plain or gzip, of any size. Nothing counts twice: the same file may come again.',
  },
  de: {
    customers: 'Kunden',
    id: 'ID',
    attributes: 'Attribute',
    overview: 'Überblick',
    events: 'Ereignisse',
    eventNames: 'Ereignisnamen',
    attributeNames: 'Attributnamen',
    history: 'Verlauf der Bearbeitungen',
    nobodyEdited: 'Diesen Kunden hat noch niemand bearbeitet. Eingelesene Nachrichten stehen hier nicht.',
    updated: 'Zuletzt aktualisiert',
    updatedHint: 'Wie viele Kunden wann zuletzt eine Nachricht hatten oder bearbeitet wurden. Tage in UTC.',
    ingest: 'Einlesen',
    drop: 'Dateien hier ablegen oder auswählen',
    dropHint:
      'Ein JSON-Objekt je Zeile, unkomprimiert oder gzip, in jeder Größe. Nichts zählt doppelt: Dieselbe Datei darf noch einmal kommen.',
  },
};
