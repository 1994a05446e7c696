import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';

import { rejectText } from '../../ingest/data/reject-text';
import { CopyButton } from '../../ui/copy-button';
import { Icon } from '../../ui/icon';
import { Call } from '../model/call';
import { CallText } from '../ui/call-text';
import { OUTCOME_HINT, OUTCOME_TEXT } from '../ui/source-text';
import { momentText } from './live-time';

/** A message of the live view: what became of it, its times and its text. */
@Component({
  selector: 'app-call-details',
  imports: [RouterLink, CallText, CopyButton, Icon],
  templateUrl: './call-details.html',
  styleUrl: './call-details.scss',
  host: { class: 'card', role: 'region', 'aria-labelledby': 'call-heading', '(keydown.escape)': 'closed.emit()' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class CallDetails {
  readonly call = input.required<Call>();
  readonly closed = output();
  /** A text by which the list is to be filtered. */
  readonly filtered = output<string>();

  protected readonly outcomeText = OUTCOME_TEXT;
  protected readonly outcomeHint = OUTCOME_HINT;
  protected readonly rejectText = rejectText;
  protected readonly momentText = momentText;
  protected readonly idText = $localize`:what is copied:id`;
  protected readonly filterText = $localize`Show only messages with this`;
  /** The customer, if the message is about one that may be here. */
  protected readonly customer = computed(() => this.call().user_id ?? null);
}
