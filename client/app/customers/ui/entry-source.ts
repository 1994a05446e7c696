import { ChangeDetectionStrategy, Component, input } from '@angular/core';

import { fileOf } from '../../core/file-name';
import { Count } from '../../ui/count';
import { EntrySource } from '../model/timeline';

/** The origin of an entry of the log, as part of a line. */
@Component({
  selector: 'app-entry-source',
  imports: [Count],
  template: `
    @let from = source();
    @switch (from.kind) {
      @case ('file') {
        @if (from.name; as name) {
          <ng-container i18n
            >from <bdi [title]="name">{{ fileOf(name) }}</bdi>, line {{ from.line | count }}</ng-container
          >
        } @else {
          <ng-container i18n>from a file, line {{ from.line | count }}</ng-container>
        }
      }
      @case ('live') {
        @if (from.name; as name) {
          <ng-container i18n
            >live, from <bdi>{{ name }}</bdi></ng-container
          >
        } @else {
          <ng-container i18n>live</ng-container>
        }
      }
      @case ('import') {
        <ng-container i18n>from a spreadsheet, row {{ from.row | count }}</ng-container>
      }
      @case ('edit') {
        @if (from.by; as by) {
          @if (by.kind === 'token') {
            <ng-container i18n
              >by the token <bdi data-testid="by">{{ by.name }}</bdi></ng-container
            >
          } @else if (by.kind === 'source') {
            <ng-container i18n
              >by the source <bdi data-testid="by">{{ by.name }}</bdi></ng-container
            >
          } @else {
            <ng-container i18n
              >by <bdi data-testid="by">{{ by.name }}</bdi></ng-container
            >
          }
          <ng-container>&ngsp;</ng-container>
        }
        @if (from.client === 'admin') {
          <ng-container i18n>in the admin</ng-container>
        } @else {
          <ng-container i18n>through the API</ng-container>
        }
      }
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class EntrySourceText {
  readonly source = input.required<EntrySource>();

  protected readonly fileOf = fileOf;
}
