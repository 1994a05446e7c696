import { Injectable, inject } from '@angular/core';
import { Router } from '@angular/router';

import { CustomerQuery, writeQuery } from '../model/customer-query';

/** Navigates: to the list with a changed address, and to the pages of its customers. */
@Injectable({ providedIn: 'root' })
export class ListAddress {
  private readonly router = inject(Router);

  /** Tells whether the admin was opened with the list. */
  isFirst(): boolean {
    return !this.router.navigated;
  }

  lookFor(query: CustomerQuery, replaceUrl: boolean): void {
    const queryParams = { ...writeQuery(query), tz: query.tz ?? null, page: query.page === 1 ? null : query.page };
    void this.router.navigate([], { queryParams, queryParamsHandling: 'merge', replaceUrl });
  }

  openSegment(segment: number | null): void {
    void this.router.navigate([], { queryParams: { segment }, queryParamsHandling: 'merge' });
  }

  open(id: string | number): void {
    void this.router.navigate(['/customers', id]);
  }

  /** @param ids two of them */
  compare([a, b]: readonly (string | number)[]): void {
    void this.router.navigate(['/customers/compare'], { queryParams: { a, b } });
  }

  edit(id: string | number): void {
    void this.router.navigate(['/customers', id, 'edit']);
  }
}
