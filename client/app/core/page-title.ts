import { DestroyRef, Injectable, effect, inject } from '@angular/core';
import { Title } from '@angular/platform-browser';
import { RouterStateSnapshot, TitleStrategy } from '@angular/router';

/** Titles of pages: "Customers · Roster". A page may name what it shows: "Malcolm Hessel · 77 · Roster". */
@Injectable({ providedIn: 'root' })
export class PageTitle extends TitleStrategy {
  private readonly title = inject(Title);
  private page: string | undefined;
  private shown: string | null = null;

  override updateTitle(state: RouterStateSnapshot): void {
    this.page = this.buildTitle(state);
    this.show(this.shown);
  }

  /** @param shown what the page shows; null leaves the title of its route */
  show(shown: string | null): void {
    this.shown = shown;
    const title = shown ?? this.page;
    this.title.setTitle(title ? `${title} · Roster` : 'Roster');
  }
}

/** Names what the page shows in the title, until the component is destroyed. Call it in an injection context. */
export function usePageTitle(shown: () => string | null): void {
  const title = inject(PageTitle);
  effect(() => title.show(shown()));
  inject(DestroyRef).onDestroy(() => title.show(null));
}
