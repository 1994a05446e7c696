import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { Observable, map } from 'rxjs';

import { addLabel } from '../../api/fn/labels/add-label';
import { getLabels } from '../../api/fn/labels/get-labels';
import { removeLabel } from '../../api/fn/labels/remove-label';

export type Labels = readonly string[];

/** Reads and writes the labels of a customer. Fails with `HttpErrorResponse`. */
@Injectable({ providedIn: 'root' })
export class LabelsClient {
  private readonly http = inject(HttpClient);

  of(id: string): Observable<Labels> {
    return getLabels(this.http, '', { id }).pipe(map(({ body }) => body.labels));
  }

  /** @returns all labels of the customer */
  add(id: string, label: string): Observable<Labels> {
    return addLabel(this.http, '', { id, label }).pipe(map(({ body }) => body.labels));
  }

  /** @returns the labels that the customer still has */
  remove(id: string, label: string): Observable<Labels> {
    return removeLabel(this.http, '', { id, label }).pipe(map(({ body }) => body.labels));
  }
}
