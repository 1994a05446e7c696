import { InteractivityChecker } from '@angular/cdk/a11y';
import { ComponentType } from '@angular/cdk/portal';
import { TestBed } from '@angular/core/testing';
import { MATERIAL_ANIMATIONS } from '@angular/material/core';
import { MatDialog } from '@angular/material/dialog';
import { ɵSharedStylesHost as StylesHost } from '@angular/platform-browser';

import { Providers, Screen } from './component';

const noStyles = { addStyles: () => undefined, removeStyles: () => undefined };
/** The CDK asks for the box of what it puts the focus on, and jsdom lays nothing out. */
const canFocus = (element: HTMLElement) => element.tabIndex >= 0 && !element.matches(':disabled');

/** Dialogs open and close at once, without the style sheets of Material, which jsdom takes long to parse. */
export const DIALOGS: Providers = [
  { provide: MATERIAL_ANIMATIONS, useValue: { animationsDisabled: true } },
  { provide: StylesHost, useValue: noStyles },
  { provide: InteractivityChecker, useValue: { isFocusable: canFocus, isTabbable: canFocus } },
];

export interface OpenDialog<Result> {
  readonly screen: Screen;
  /** The value with which the dialog was closed; empty while it is open. */
  readonly results: readonly (Result | undefined)[];
}

/** The dialog that is open. */
export function dialogScreen(): Screen {
  return new Screen(() => document.querySelector('mat-dialog-container'));
}

/** Opens a dialog as the admin does. It is taken away after the test. */
export async function openDialog<Result>(
  component: ComponentType<unknown>,
  data: unknown,
  providers: Providers = [],
): Promise<OpenDialog<Result>> {
  TestBed.configureTestingModule({ providers: [...DIALOGS, ...providers] });
  const results: (Result | undefined)[] = [];
  const ref = TestBed.inject(MatDialog).open<unknown, unknown, Result>(component, { data });
  ref.afterClosed().subscribe((result) => results.push(result));
  const screen = dialogScreen();
  await screen.settle();
  return { screen, results };
}
