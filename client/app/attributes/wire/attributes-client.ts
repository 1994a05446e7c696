import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { Observable, forkJoin, map } from 'rxjs';

import { listAttributes } from '../../api/fn/customers/list-attributes';
import { getOverview } from '../../api/fn/overview/get-overview';
import { AttributesMeta } from '../../api/models/attributes-meta';
import { AttributeView } from '../../api/models/attribute-view';
import { JsonValue } from '../../core/exact-json';

/** An attribute that customers have. All but `name` and `customers` is taken from a sample. */
export type KnownAttribute = Readonly<Omit<AttributeView, 'examples'>> & { readonly examples: readonly JsonValue[] };

export interface AttributePage {
  /** The number of all customers. */
  readonly customers: number;
  readonly attributes: readonly KnownAttribute[];
  readonly meta: Readonly<AttributesMeta>;
}

export type AttributeSort = 'customers' | 'name' | 'last_seen';

export interface AttributeQuery {
  /** A part of the name, in any case; empty for all. */
  readonly search: string;
  readonly sort: AttributeSort;
  readonly order: 'asc' | 'desc';
  readonly page: number;
}

const PER_PAGE = 25;

/** Reads the catalogue of attributes. Fails with `HttpErrorResponse`. */
@Injectable({ providedIn: 'root' })
export class AttributesClient {
  private readonly http = inject(HttpClient);

  page({ search, ...query }: AttributeQuery): Observable<AttributePage> {
    const params = { ...query, per_page: PER_PAGE, ...(search && { search }) };
    return forkJoin([listAttributes(this.http, '', params), getOverview(this.http, '')]).pipe(
      // Safe: examples are JSON values.
      map(([list, { body }]) => ({ ...(list.body as Omit<AttributePage, 'customers'>), customers: body.customers })),
    );
  }
}
