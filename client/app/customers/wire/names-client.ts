import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { Observable, catchError, debounceTime, distinctUntilChanged, map, of, startWith, switchMap } from 'rxjs';

import { listLabels } from '../../api/fn/labels/list-labels';
import { listAttributes } from '../../api/fn/customers/list-attributes';
import { listAttributeNames } from '../../api/fn/customers/list-attribute-names';
import { listAttributeValues } from '../../api/fn/customers/list-attribute-values';
import { listEventNames } from '../../api/fn/customers/list-event-names';
import { AttributeTypes } from '../../api/models/attribute-types';
import { ValueType } from '../model/attribute-rules';

/** The name of an attribute or event, with the number of customers that have it. */
export interface NameCount {
  readonly name: string;
  readonly customers: number;
}

/** The name of an attribute with the type of most of its values. */
export interface KnownName extends NameCount {
  readonly type: ValueType;
}

export interface Suggestions {
  readonly search: string;
  readonly names: readonly NameCount[];
}

/** A value of an attribute as text, with the number of customers that have it. */
export interface ValueCount {
  readonly value: string;
  readonly customers: number;
}

const MOST = 50;
const MOST_VALUES = 12;
const MOST_KNOWN = 20;
const TYPING_MS = 120;

/** Reads the names of attributes and events, those of most customers first. */
@Injectable({ providedIn: 'root' })
export class NamesClient {
  private readonly http = inject(HttpClient);

  /** @param search part of the name, in any case; empty for all names */
  names(of: 'attribute' | 'event', search: string): Observable<readonly NameCount[]> {
    const params = { limit: MOST, ...(search && { search }) };
    return of === 'attribute'
      ? listAttributeNames(this.http, '', params).pipe(map(({ body }) => body.attribute_names))
      : listEventNames(this.http, '', params).pipe(map(({ body }) => body.event_names));
  }

  /** Attributes with their usual types. @param search part of the name, in any case; empty for all */
  known(search: string): Observable<readonly KnownName[]> {
    const params = { per_page: MOST_KNOWN, ...(search && { search }) };
    return listAttributes(this.http, '', params).pipe(
      map(({ body }) =>
        body.attributes.map(({ name, customers, types }) => ({ name, customers, type: usualType(types) })),
      ),
    );
  }

  /**
   * The most frequent values of an attribute, as texts; none while the server is away.
   * @param search part of the value, in any case; empty for all values
   */
  values(name: string, search: string): Observable<readonly ValueCount[]> {
    const params = { name, limit: MOST_VALUES, ...(search && { search }) };
    return listAttributeValues(this.http, '', params).pipe(
      map(({ body }) => body.values),
      catchError(() => of([])),
    );
  }

  /** The labels of most customers; none while the server is away. @param search part of the label, in any case */
  labels(search: string): Observable<readonly ValueCount[]> {
    return listLabels(this.http, '', { limit: MOST_VALUES, ...(search && { search }) }).pipe(
      map(({ body }) => body.labels.map(({ name, customers }) => ({ value: name, customers }))),
      catchError(() => of([])),
    );
  }

  /** Suggestions for a text while it is typed; none while the server is away. */
  suggest(what: 'attribute' | 'event', typed: Observable<string>): Observable<readonly NameCount[]> {
    return this.answers(what, typed).pipe(map(({ names }) => names));
  }

  /** Suggestions with the trimmed text that they are for, which may be older than the present one. */
  answers(what: 'attribute' | 'event', typed: Observable<string>): Observable<Suggestions> {
    return typed.pipe(
      debounceTime(TYPING_MS),
      startWith(''),
      map((text) => text.trim()),
      distinctUntilChanged(),
      switchMap((search) =>
        this.names(what, search).pipe(
          catchError(() => of([])),
          map((names) => ({ search, names })),
        ),
      ),
    );
  }
}

function usualType({ text = 0, number = 0, boolean = 0, list = 0, object = 0 }: AttributeTypes): ValueType {
  const counts: readonly (readonly [ValueType, number])[] = [
    ['text', text],
    ['number', number],
    ['boolean', boolean],
    ['json', list + object],
  ];
  return counts.reduce((most, next) => (next[1] > most[1] ? next : most))[0];
}
